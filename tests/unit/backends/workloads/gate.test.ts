import { describe, expect, it } from 'vitest';
import { Gate } from '../../../../src-main/backends/workloads/gate.ts';

const never = new AbortController().signal;
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('a gate', () => {
  it('lets so many through at once, and the others in the order in which they came', async () => {
    const gate = new Gate(2);
    const began: number[] = [];
    const ends: (() => void)[] = [];
    const all = Array.from({ length: 5 }, (_, n) =>
      gate.through(never, 'begins', () => {
        began.push(n);
        return new Promise<number>((resolve) => ends.push(() => resolve(n)));
      }),
    );
    await settle();
    expect(began).toEqual([0, 1]);
    ends[1]!();
    await settle();
    expect(began).toEqual([0, 1, 2]);
    while (ends.length > 0) {
      for (const end of ends.splice(0)) end();
      await settle();
    }
    expect(await Promise.all(all)).toEqual([0, 1, 2, 3, 4]);
  });

  it('lets what ends something through before what begins something', async () => {
    const gate = new Gate(1);
    const first = Promise.withResolvers<void>();
    const began: string[] = [];
    const one = (what: 'begins' | 'ends', name: string) =>
      gate.through(never, what, async () => {
        began.push(name);
        if (name === 'first') await first.promise;
      });
    const all = [one('begins', 'first'), one('begins', 'b'), one('ends', 'c'), one('begins', 'd'), one('ends', 'e')];
    first.resolve();
    await Promise.all(all);
    expect(began).toEqual(['first', 'c', 'e', 'b', 'd']);
  });

  it('is left by who waits no longer, and open after what fails', async () => {
    const gate = new Gate(1);
    const first = Promise.withResolvers<void>();
    const failing = gate.through(never, 'begins', () => first.promise);
    const left = new AbortController();
    const leaves = gate.through(left.signal, 'begins', () => Promise.resolve('left'));
    const stays = gate.through(never, 'begins', () => Promise.resolve('stays'));
    left.abort(new Error('no longer'));
    await expect(leaves).rejects.toThrow('no longer');
    first.reject(new Error('failed'));
    await expect(failing).rejects.toThrow('failed');
    expect(await stays).toBe('stays');
    await expect(gate.through(left.signal, 'begins', () => Promise.resolve('late'))).rejects.toThrow('no longer');
    expect(await gate.through(never, 'begins', () => Promise.resolve('open'))).toBe('open');
  });
});
