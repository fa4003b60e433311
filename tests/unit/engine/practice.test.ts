// Which networks a node in practice joins, and that nothing is left running.
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src-main/base/logger.ts';
import { Practice } from '../../../src-main/engine/practice.ts';
import { HandClock } from '../../support/clock.ts';
import { seededRandom } from '../../support/random.ts';

const MINT = { url: 'http://127.0.0.1:2', name: 'Practice mint' };

function practice(left: Readonly<Record<string, unknown>> = {}, broken = false) {
  const set = new Map<string, unknown>(Object.entries(left));
  const purse = littleWallet();
  const running = new Set<string>();
  const little = (id: string) => async () => async () => {
    running.add(id);
    return { settings: { [`networks.${id}.url`]: 'http://127.0.0.1:1' }, stop: async () => void running.delete(id) };
  };
  const made = new Practice(
    {
      clock: new HandClock(),
      random: seededRandom(),
      logger: silentLogger,
      settings: {
        get: (path: string) => set.get(path),
        isSet: (path: string) => set.has(path),
        set: async (path: string, value: unknown) => void set.set(path, value),
      } as never,
      wallet: purse.wallet,
    },
    {
      paid: Object.assign(
        async () => async () => ({
          settings: {},
          suggested: { 'networks.paid.offer': 'small' },
          mint: MINT,
          stop: async () => undefined,
        }),
        { whenJoined: true },
      ),
      parcels: little('parcels'),
      boxes: broken ? async () => () => Promise.reject(new Error('no port')) : little('boxes'),
    },
  );
  return { made, set, running, purse };
}

/** A mint of an earlier run, and one that is none of ours. */
function littleWallet() {
  let exists = false;
  const trusted = new Map([
    ['http://127.0.0.1:1', MINT.name],
    ['https://mint.example', 'Practice bank'],
  ]);
  const own = {
    async make() {
      exists = true;
    },
    mints: () => [...trusted].map(([url, name]) => ({ url, name, trusted: true })),
    trust: async (url: string) => void trusted.set(url, MINT.name),
    distrust: async (url: string) => void trusted.delete(url),
  };
  const wallet = {
    get exists() {
      return exists;
    },
    get: async () => own as never,
  };
  return { wallet, trusted };
}

describe('practice', () => {
  it('leaves one alone that uses this computer until its user joins it; its mint is trusted then, and no earlier one', async () => {
    const { made, set, running, purse } = practice();
    await made.start();
    expect([[...running], set.has('networks.paid.enabled'), purse.wallet.exists]).toEqual([
      ['parcels', 'boxes'],
      false,
      false,
    ]);
    set.set('networks.paid.enabled', true);
    await made.follow('paid');
    expect([purse.wallet.exists, [...purse.trusted.keys()]]).toEqual([true, ['https://mint.example', MINT.url]]);
    expect(set.get('networks.paid.offer')).toBe('small');
    await made.stop();
  });

  it('suggests nothing where its user has chosen', async () => {
    const { made, set } = practice({ 'networks.paid.enabled': true, 'networks.paid.offer': 'large' });
    await made.start();
    expect(set.get('networks.paid.offer')).toBe('large');
    await made.stop();
  });

  it('joins every network there is practice for, at the servers of this run', async () => {
    const { made, set, running } = practice();
    await made.start();
    expect([...running]).toEqual(['parcels', 'boxes']);
    expect(Object.fromEntries(set)).toEqual({
      'networks.parcels.url': 'http://127.0.0.1:1',
      'networks.parcels.enabled': true,
      'networks.boxes.url': 'http://127.0.0.1:1',
      'networks.boxes.enabled': true,
    });
    await made.stop();
    expect([...running]).toEqual([]);
  });

  it('joins none anew that its user has left, and starts nothing for it', async () => {
    const { made, set, running } = practice({ 'networks.boxes.enabled': false });
    await made.start();
    expect([...running]).toEqual(['parcels']);
    expect([set.get('networks.boxes.enabled'), set.get('networks.parcels.enabled')]).toEqual([false, true]);
    await made.stop();
  });

  it('starts the servers of a network that is joined later, and stops those of one that is left', async () => {
    const { made, set, running } = practice({ 'networks.boxes.enabled': false });
    await made.start();
    set.set('networks.boxes.enabled', true);
    await made.follow('boxes');
    await made.follow('boxes');
    expect([[...running], set.get('networks.boxes.url')]).toEqual([['parcels', 'boxes'], 'http://127.0.0.1:1']);
    set.set('networks.parcels.enabled', false);
    await made.follow('parcels');
    expect([...running]).toEqual(['boxes']);
    await made.stop();
    expect([...running]).toEqual([]);
  });

  it('goes on with the others where one that is joined later can’t be started', async () => {
    const { made, set, running } = practice({ 'networks.boxes.enabled': false }, true);
    await made.start();
    set.set('networks.boxes.enabled', true);
    await made.follow('boxes');
    expect([...running]).toEqual(['parcels']);
    await made.stop();
  });

  it('leaves nothing running where one of them can’t be started', async () => {
    const { made, running } = practice({}, true);
    await expect(made.start()).rejects.toThrow('no port');
    expect([...running]).toEqual([]);
  });
});
