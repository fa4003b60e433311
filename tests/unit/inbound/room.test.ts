import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SharedRoom, TIMES_FREE } from '../../../src-main/inbound/room.ts';

describe('room that callers share', () => {
  it('gives one alone three quarters, and always leaves another something', () => {
    const room = new SharedRoom(1000);
    const greedy = room.of('greedy');
    expect([greedy.take(751), greedy.take(750), greedy.take(1)]).toEqual([false, true, false]);
    const honest = room.of('honest');
    expect([honest.left, honest.take(187)]).toEqual([187, true]);
  });

  it('never runs out however many take what they can, and is whole again when all is given back', () => {
    const steps = fc.array(fc.tuple(fc.nat(40), fc.nat(2_000_000), fc.boolean()), { maxLength: 200 });
    fc.assert(
      fc.property(steps, (taken) => {
        const all = 1_000_000;
        const room = new SharedRoom(all);
        const held = new Map<string, number>();
        for (const [who, bytes, give] of taken) {
          const name = `caller-${who}`;
          const own = held.get(name) ?? 0;
          const caller = room.of(name);
          if (give) {
            caller.give(own);
            held.delete(name);
          } else {
            const { left } = caller;
            expect(caller.take(bytes)).toBe(bytes <= left);
            if (bytes <= left) held.set(name, own + bytes);
          }
          const sum = [...held.values()].reduce((total, each) => total + each, 0);
          // Nobody may ever hold more than a few times what was free when they took it; so some is free, but for rounding.
          expect(sum).toBeLessThanOrEqual(all);
          if (held.size < 40) expect(room.of('new').left).toBeGreaterThan(0);
        }
        for (const [name, bytes] of held) room.of(name).give(bytes);
        expect(room.of('new').left).toBe(Math.floor((TIMES_FREE * all) / (TIMES_FREE + 1)));
      }),
    );
  });

  it('counts what has to be held even where there is no room for it', () => {
    const room = new SharedRoom(1000);
    room.of('one').hold(900);
    expect([room.of('one').left < 0, room.of('one').take(0), room.of('two').left]).toEqual([true, false, 75]);
    room.of('one').give(900);
    expect(room.of('one').left).toBe(750);
  });
});
