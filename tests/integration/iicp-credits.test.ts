// A week of a node's receipts, with the clock turned by hand and a directory that fails in every way: what it has awarded and
// what was received here must be the same to the micro-credit.
import { describe, expect, it } from 'vitest';
import { receiptsKit } from '../unit/networks/iicp/receipts-kit.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('a week with a directory that fails a tenth of all calls, loses replies, restarts and rotates tokens and keys', () => {
  it.each([1, 2, 3])(
    'is paid to the micro-credit, no receipt twice, none lost (chance %i)',
    async (seed) => {
      const trust = [1, 0.93, 0.5, 1, 0.777];
      let hour = 0;
      const kit = await receiptsKit({ trustWeight: () => trust[hour % trust.length]! }, seed);
      const { random } = kit;
      const chance = (oneIn: number) => random.int(oneIn) === 0;
      await kit.beat();
      kit.start();
      const end = kit.clock.now() + 7 * DAY;
      const flaky = { oneIn: 10, faults: [{ status: 500 }, 'drop', 'garbage', { status: 503 }] as const };
      kit.directory.flaky(flaky);
      while (kit.clock.now() < end) {
        hour = Math.floor(kit.clock.now() / HOUR);
        for (let more = random.int(4); more > 0; more -= 1) {
          kit.done({ tokens: 1 + random.int(5000), ...(chance(5) ? { ref: 'often' } : {}) });
        }
        await kit.beat();
        await kit.pass([SECOND, 20 * SECOND, 5 * MINUTE, HOUR][random.int(4)]!);
        if (chance(20)) kit.directory.rotate(kit.identity.nodeId, chance(2) ? 'token' : 'key');
        if (chance(25)) {
          await kit.restartDirectory(() => kit.pass(MINUTE));
          kit.directory.flaky(flaky);
        }
        if (chance(15)) {
          const dying = kit.crash();
          kit.start();
          await dying;
        }
      }
      kit.directory.flaky(null);
      for (let n = 0; n < 60 && kit.claims.open('iicp') > 0; n += 1) {
        await kit.beat();
        await kit.pass(HOUR);
      }
      const awards = kit.directory.awardsOf(kit.identity.nodeId);
      const awarded = awards.reduce((sum, { micro }) => sum + micro, 0);
      expect(kit.node.tasks).toBeGreaterThan(300);
      expect(kit.states()).toEqual({ paid: kit.node.tasks });
      expect(new Set(awards.map(({ nonce }) => nonce)).size).toBe(awards.length);
      expect(awards).toHaveLength(kit.node.tasks);
      expect(kit.booked()).toBe(awarded);
      const received = kit.value("SELECT sum(awarded_micro) FROM claims WHERE state = 'paid'");
      expect(received).toBe(awarded);
    },
    120_000,
  );
});
