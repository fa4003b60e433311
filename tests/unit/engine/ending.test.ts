// In what order a node ends, and that no part keeps the others from ending.

import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src-main/base/logger.ts';
import { Ending, type EndingDeps } from '../../../src-main/engine/ending.ts';
import { HandClock } from '../../support/clock.ts';

function setUp(changes: { readonly networks?: EndingDeps['networks']; readonly conclude?: () => Promise<never> } = {}) {
  const said: string[] = [];
  const say = (what: string) => async () => void said.push(what);
  const says = (what: string) => () => void said.push(what);
  const quiet = { stop: async () => undefined };
  const ending = new Ending(
    {
      logger: silentLogger,
      settings: { set: async () => undefined },
      clock: new HandClock(0),
      availability: { drain: says('take nothing more') },
      idleHistory: { forget: async () => undefined },
      work: {
        conclude: changes.conclude ?? (say('conclude') as never),
        leases: () => [],
        endLease: async () => undefined,
      },
      removeBoxes: async () => ({ boxesLeft: false, remains: [] }),
      walletSat: () => 0,
      rehearsal: quiet,
      jobRehearsals: quiet,
      backups: { ...quiet, view: () => ({ needed: false }) as never },
      audit: quiet,
      networks: changes.networks ?? [{ name: 'network one', leave: say('leave') }],
      restarts: { settled: async () => undefined },
      disk: { rest: () => undefined, stop: () => undefined },
      supervisor: { stop: say('stop parts') },
      slices: { touch: () => undefined, flush: () => undefined },
      state: { close: say('close the database') },
      deafen: () => undefined,
      ended: () => undefined,
    },
    { dataDir: '/nowhere' },
  );
  return { ending, said, say };
}

describe('the end of a node', () => {
  it('takes nothing more, ends what runs, leaves the networks, and closes the database last', async () => {
    const { ending, said } = setUp();
    await Promise.all([ending.stop('stop'), ending.stop('stop')]);
    expect(said).toEqual(['take nothing more', 'conclude', 'leave', 'stop parts', 'close the database']);
  });

  it('goes on where a network can’t be left, and leaves the others', async () => {
    const left: string[] = [];
    const { ending, said } = setUp({
      networks: [
        { name: 'network one', leave: () => Promise.reject(new Error('its directory is gone')) },
        {
          name: 'network two',
          leave: () => {
            throw new Error('a mistake');
          },
        },
        { name: 'network three', leave: async () => void left.push('third') },
      ],
    });
    await ending.stop('stop');
    expect([left, said.slice(-2)]).toEqual([['third'], ['stop parts', 'close the database']]);
  });

  it('goes on where what runs can’t be ended', async () => {
    const { ending, said } = setUp({ conclude: () => Promise.reject(new Error('a mistake')) });
    await ending.stop('stop');
    expect(said).toEqual(['take nothing more', 'leave', 'stop parts', 'close the database']);
  });
});
