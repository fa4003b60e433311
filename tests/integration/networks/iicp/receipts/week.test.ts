// A week of a node's receipts, with the clock turned by hand and a directory that fails in every way while the node dies and
// starts again: what was awarded there and what was received here must be the same to the micro-credit, receipt by receipt.
// The directory keeps its books as the protocol has it, or as one of the two official ones does, some tasks come from payers that
// it doesn't know, and now and then the node signs with a key of its operator's that nobody knows.
// HEARTH_SOAK=1: ten such weeks with each, and with some thousand tasks in each.
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../support/random.ts';
import { receiptsKit } from '../../../../unit/networks/iicp/receipts/kit.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const LONG = process.env.HEARTH_SOAK === '1';
const DIALECTS = ['usual', 'php', 'rust'] as const;
const WEEKS = Array.from({ length: LONG ? 10 : 1 }, (_, n) =>
  DIALECTS.map((dialect) => ({ dialect, seed: n + 1 })),
).flat();
const STEPS = LONG ? [SECOND, 20 * SECOND, 5 * MINUTE, HOUR] : [MINUTE, HOUR, 4 * HOUR, 8 * HOUR];
const MOST_AT_ONCE = LONG ? 8 : 6;
const LEAST_TASKS = LONG ? 1500 : 80;
/** What a receipt's gathering takes, and a little more: then it is on its way. */
const ON_ITS_WAY = 501;
/** Refused before the work, broken off after it, answered with nonsense. */
const FLAKY = { oneIn: 10, faults: [{ status: 500 }, 'drop', 'garbage', 'drop', { status: 503 }] } as const;
const TRUST = [1, 0.93, 0.5, 1, 0.777];

interface Settled {
  readonly ref: string;
  readonly awarded_micro: number;
}

describe('a week with a directory that remembers nonces, fails a tenth of all calls, loses replies, restarts and rotates tokens and keys', () => {
  it.each(WEEKS)(
    'is paid to the micro-credit, no receipt twice, none lost, though the node dies again and again ($dialect, chance $seed)',
    async ({ dialect, seed }) => {
      let hour = 0;
      const kit = await receiptsKit({ dialect, trustWeight: () => TRUST[hour % TRUST.length]! }, seed);
      const { clock } = kit;
      // Its own: what happens when does not hang on how fast a socket is.
      const random = seededRandom(seed);
      const chance = (oneIn: number) => random.int(oneIn) === 0;
      const seen = { deaths: 0, restarts: 0, tokens: 0, keys: 0, replays: 0, strangers: 0, operators: 0 };
      const awards = () => kit.directory.awardsOf(kit.identity.nodeId);
      const awarded = () => awards().reduce((sum, { micro }) => sum + micro, 0);
      const received = () =>
        kit.value("SELECT coalesce(sum(awarded_micro), 0) FROM claims WHERE state = 'paid'") as number;
      const restartDirectory = async () => {
        seen.restarts += 1;
        await kit.restartDirectory(() => kit.pass(chance(3) ? 2 * HOUR : MINUTE));
        kit.directory.flaky(FLAKY);
      };
      const restartNode = async () => {
        seen.deaths += 1;
        await kit.restart();
      };
      const task = () => {
        const stranger = chance(4);
        seen.strangers += Number(stranger);
        const tokens = 1 + random.int(5000);
        kit.done({ tokens, ...(chance(5) && { ref: 'often' }), ...(stranger && { payer: 'nobody' }) });
      };
      const operatorKey = () => {
        seen.operators += 1;
        kit.node.operatorKey = kit.node.operatorKey === '' ? 'mine' : '';
      };
      const rotate = (what: 'token' | 'key') => {
        seen[`${what}s`] += 1;
        kit.directory.rotate(kit.identity.nodeId, what);
      };
      /** A reply is lost while the books can't be read: then only the nonce keeps it from being counted twice. */
      const replay = async () => {
        seen.replays += 1;
        const { directory } = kit;
        directory.fault('drop', { route: '/v1/credits/award', times: 1 });
        directory.fault({ status: 501 }, { route: '/v1/credits/transactions', times: 1 });
        kit.done({ tokens: 1 + random.int(5000) });
        await kit.pass(MINUTE);
        directory.fault(null);
      };

      await kit.beat();
      kit.start();
      kit.directory.flaky(FLAKY);
      for (const end = clock.now() + 7 * DAY; clock.now() < end; ) {
        hour = Math.floor(clock.now() / HOUR);
        for (let more = random.int(MOST_AT_ONCE); more > 0; more -= 1) task();
        if (chance(12)) operatorKey();
        // While receipts are on their way, or at rest.
        if (chance(2)) await clock.turn(ON_ITS_WAY);
        if (chance(8)) rotate(chance(2) ? 'token' : 'key');
        if (chance(10)) await restartDirectory();
        if (chance(8)) await restartNode();
        await kit.beat();
        if (chance(6)) await replay();
        await kit.pass(STEPS[random.int(STEPS.length)]!);
        expect(received()).toBeLessThanOrEqual(awarded());
      }
      kit.directory.flaky(null);
      for (let n = 0; n < 60 && kit.claims.open('iicp') > 0; n += 1) {
        await kit.beat();
        await kit.pass(HOUR);
      }

      expect(kit.node.tasks).toBeGreaterThan(LEAST_TASKS);
      expect(Math.min(...Object.values(seen))).toBeGreaterThan(2);
      expect(kit.states()).toEqual({ paid: kit.node.tasks });
      expect(awards()).toHaveLength(kit.node.tasks);
      expect(new Set(awards().map(({ nonce }) => nonce)).size).toBe(kit.node.tasks);
      // The books name tasks, not receipts: of two of one name either may have the other's award.
      const settled = kit.rows('SELECT ref, awarded_micro FROM claims JOIN jobs ON id = task') as Settled[];
      expect(settled.map((one) => `${one.ref} ${one.awarded_micro}`).toSorted()).toEqual(
        awards()
          .map(({ taskId, micro }) => `${taskId} ${micro}`)
          .toSorted(),
      );
      expect(received()).toBe(awarded());
      expect(kit.booked()).toBe(awarded());
      const { sums } = await kit.entries.check({ state: 'received' });
      expect(sums.map(({ amountMicro }) => amountMicro)).toEqual([awarded()]);
    },
    LONG ? 300_000 : 60_000,
  );
});
