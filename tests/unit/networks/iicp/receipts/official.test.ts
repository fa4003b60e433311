// Receipts at directories that keep their books as the two official ones do, with lost answers, unknown payers and other keys.
import { describe, expect, it } from 'vitest';
import { inZone } from '../../../../support/zone.ts';
import { receiptsKit } from './kit.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** After a task: its receipt has been handed in by then, and not again. */
const GATHERED = 600;
const AWARD = '/v1/credits/award';
const BOOKS = '/v1/credits/transactions';
const OFFICIAL = ['php', 'rust'] as const;

async function started(options: Parameters<typeof receiptsKit>[0] = {}) {
  const kit = await receiptsKit(options);
  await kit.beat();
  kit.start();
  const awards = () => kit.directory.awardsOf(kit.identity.nodeId);
  const awarded = () => awards().reduce((sum, { micro }) => sum + micro, 0);
  return { ...kit, kit, awards, awarded };
}

describe.each(OFFICIAL)('being paid by a directory in the dialect of the official one in %s', (dialect) => {
  it('counts a receipt once whose answer got lost', async () => {
    const { kit, directory, awards } = await started({ dialect });
    for (let n = 0; n < 30; n += 1) kit.done({ tokens: 1000 + n });
    await kit.pass(MINUTE);
    directory.fault('drop', { route: AWARD, times: 3 });
    const tasks = [7, 7, 8].map((tokens) => kit.done({ tokens }));
    await kit.pass(HOUR);
    expect(kit.states()).toEqual({ paid: 33 });
    expect(tasks.map((task) => kit.row(task).awarded_micro)).toEqual([7000, 7000, 8000]);
    expect(awards()).toHaveLength(33);
  });

  it.each([
    ['by a passing fault', HOUR],
    ['for two days, after which one of them has forgotten the nonce', 49 * HOUR],
  ])('counts it once where it can’t be asked %s', async (_why, away) => {
    const { kit, awards } = await started({ dialect });
    kit.directory.fault('drop', { route: AWARD, times: 1 });
    const task = kit.done({ tokens: 1234 });
    await kit.pass(GATHERED);
    await kit.restartDirectory(async () => kit.sleep(away));
    await kit.beat();
    await kit.pass(2 * HOUR);
    expect(kit.row(task)).toMatchObject({ state: 'paid', awarded_micro: 1_234_000 });
    expect(awards()).toHaveLength(1);
    expect(kit.directory.asked(`POST ${AWARD}`)).toBe(0);
  });

  it('takes its word for what it says it has counted, where its books can’t show it', async () => {
    const { kit, directory, awards } = await started({ dialect });
    directory.fault({ status: 501 }, { route: BOOKS });
    directory.fault('drop', { route: AWARD, times: 1 });
    const task = kit.done({ tokens: 77 });
    await kit.pass(MINUTE);
    expect(kit.row(task)).toMatchObject({ state: 'paid', awarded_micro: 77_000, reason: 'not-listed' });
    expect(awards()).toHaveLength(1);
    expect(kit.booked()).toBe(77_000);
  });

  it('is paid for the task of a payer that nobody knows, and registers no new key for it', async () => {
    const { kit, directory } = await started({ dialect });
    const task = kit.done({ payer: 'nobody' });
    await kit.pass(SECOND);
    expect(kit.row(task)).toMatchObject({ state: 'paid', tries: 1, payer: 'nobody' });
    expect([kit.node.renewals, directory.asked(`POST ${AWARD}`)]).toEqual([0, 2]);
  });

  it('tells the payer that is known', async () => {
    const { kit, directory } = await started({ dialect });
    kit.done({ payer: kit.identity.nodeId });
    await kit.pass(SECOND);
    expect(kit.row(1)).toMatchObject({ state: 'failed', reason: 'self_query_excluded' });
    expect(directory.asked(`POST ${AWARD}`)).toBe(1);
    expect(kit.booked()).toBe(0);
  });

  it('signs with the key that it gave where the operator’s own is not taken, and from then on with that alone', async () => {
    const { kit, directory } = await started({ dialect });
    kit.node.operatorKey = 'mine';
    kit.done();
    await kit.pass(SECOND);
    expect(kit.states()).toEqual({ paid: 1 });
    expect(directory.asked(`POST ${AWARD}`)).toBe(2);
    expect(kit.identity.hmacKey('mine')).toBe(kit.identity.hmacKey(''));
    kit.done();
    await kit.pass(MINUTE);
    expect(kit.states()).toEqual({ paid: 2 });
    expect([kit.node.renewals, directory.asked(`POST ${AWARD}`)]).toEqual([0, 3]);
  });

  it('asks for another key ever more seldom, as long as no key is taken', async () => {
    const { kit, directory } = await started({ dialect });
    directory.rotate(kit.identity.nodeId, 'key');
    const task = kit.done({ payer: 'nobody' });
    for (let hour = 0; hour < 12; hour += 1) await kit.pass(HOUR);
    expect(kit.row(task)).toMatchObject({ state: 'waiting', reason: 'IICP-E027' });
    expect(kit.node.renewals).toBeGreaterThan(2);
    expect(kit.node.renewals).toBeLessThan(8);
    await kit.beat();
    await kit.pass(2 * HOUR);
    expect(kit.row(task)).toMatchObject({ state: 'paid' });
  });

  it.each([
    ['answer with an error', { status: 500 }],
    ['answer with nonsense', 'garbage'],
    ['never answer', 'drop'],
    ['are refused', { status: 422 }],
  ] as const)(
    'is paid for other tasks while its books %s for days, and for the doubtful one in the end',
    async (_how, fault) => {
      const { kit, directory, awards } = await started({ dialect });
      directory.fault(fault, { route: BOOKS });
      directory.fault('drop', { route: AWARD, times: 1 });
      kit.done({ tokens: 5 });
      await kit.pass(SECOND);
      for (let n = 0; n < 20; n += 1) kit.done({ tokens: 10 + n });
      await kit.pass(MINUTE);
      expect(kit.states().paid).toBeGreaterThanOrEqual(20);
      await kit.sleep(25 * HOUR);
      await kit.pass(10 * MINUTE);
      expect(kit.states()).toEqual({ paid: 21 });
      expect(awards()).toHaveLength(21);
    },
  );
});

describe('a directory whose times have no zone', () => {
  it.each(['America/Los_Angeles', 'Asia/Kolkata'])('is read right by a computer in %s', async (zone) => {
    inZone(zone);
    const { kit, directory } = await started({ dialect: 'rust' });
    directory.fault('drop', { route: AWARD, times: 1 });
    const task = kit.done();
    await kit.pass(MINUTE);
    expect(kit.row(task)).toMatchObject({ state: 'paid', reference: '1', reason: null });
    expect(directory.asked(`POST ${AWARD}`)).toBe(1);
  });
});

describe('a directory that gives a thousand credits an hour and no more', () => {
  it('is asked for the rest in the hours after, and nothing is given up', async () => {
    const { kit, awarded } = await started({ dialect: 'php' });
    for (let n = 0; n < 25; n += 1) kit.done({ tokens: 100_000 + n });
    await kit.pass(10 * MINUTE);
    expect(kit.states()).toEqual({ paid: 9, waiting: 16 });
    const small = kit.done({ tokens: 10 });
    await kit.pass(MINUTE);
    expect(kit.row(small)).toMatchObject({ state: 'paid' });
    await kit.pass(3 * HOUR);
    expect(kit.states()).toEqual({ paid: 26 });
    expect(kit.booked()).toBe(awarded());
  });
});

describe('a directory that lets nobody ask for more than its price', () => {
  it('is given up on after ten times, with that for a reason', async () => {
    const { kit } = await started({ dialect: 'php' });
    const task = kit.done({ tokens: 3000, micro: 30_000_000 });
    for (let hour = 0; hour < 12; hour += 1) await kit.pass(HOUR);
    expect(kit.row(task)).toMatchObject({ state: 'failed', reason: 'too-high', tries: 10 });
    expect(kit.node.renewals).toBe(0);
  });
});

describe('books that can’t tell one award from another', () => {
  it('are not believed where two receipts of one amount are in doubt, and the nonce is asked', async () => {
    const { kit, directory, awards } = await started({ dialect: 'php' });
    directory.fault('drop', { route: AWARD, times: 1 });
    kit.done({ tokens: 50 });
    await kit.pass(GATHERED);
    directory.fault({ status: 500 }, { route: AWARD, times: 1 });
    directory.fault({ status: 500 }, { route: BOOKS, times: 1 });
    kit.done({ tokens: 50 });
    await kit.pass(HOUR);
    expect(kit.states()).toEqual({ paid: 2 });
    expect(awards()).toHaveLength(2);
  });
});

describe('a directory in the dialect of the official one in rust', () => {
  it('whose books of this node disagree since it left is known by its answer, and told of with what to do', async () => {
    const { kit, directory } = await started({ dialect: 'rust' });
    const paid = kit.done({ tokens: 1000 });
    await kit.pass(SECOND);
    expect(kit.row(paid)).toMatchObject({ state: 'paid' });
    expect((await kit.account()).trouble).toBeNull();
    await kit.leave();
    await kit.beat();
    expect((await kit.account()).trouble).toMatchObject({ code: 'iicp.books-differ' });
    const tasks = [1, 2, 3].map((tokens) => kit.done({ tokens: 1000 + tokens }));
    await kit.pass(MINUTE);
    expect(tasks.map((task) => kit.row(task))).toMatchObject(
      tasks.map(() => ({ state: 'waiting', reason: 'books-disagree', tries: 1 })),
    );
    // Asked once for all three, and once by each look at the account.
    expect(directory.asked('GET /v1/credits/summary')).toBe(3);
    expect((await kit.account()).trouble).toMatchObject({
      code: 'iicp.books-disagree',
      action: expect.stringContaining('hearth new-identity'),
    });
    await kit.pass(HOUR);
    expect(kit.row(tasks[0]!)).toMatchObject({ state: 'waiting', tries: 2 });
  });

  it('is not given up on for one refusal after it had paid nothing for long', async () => {
    const { kit, directory } = await started({ dialect: 'rust' });
    kit.done({ tokens: 1000 });
    await kit.pass(SECOND);
    await kit.leave();
    await kit.beat();
    const task = kit.done({ tokens: 1000 });
    for (let hour = 0; hour < 12; hour += 1) await kit.pass(HOUR);
    expect(kit.row(task)).toMatchObject({ state: 'waiting', reason: 'books-disagree' });
    directory.fault({ status: 422 }, { route: AWARD, times: 1 });
    await kit.pass(HOUR);
    expect(kit.row(task)).toMatchObject({ state: 'waiting' });
  });

  it('that only breaks is asked again, for its books are in order', async () => {
    const { kit, directory } = await started({ dialect: 'rust' });
    directory.fault({ status: 500 }, { route: AWARD, times: 1 });
    const task = kit.done({ tokens: 1000 });
    await kit.pass(10 * MINUTE);
    expect(kit.row(task)).toMatchObject({ state: 'paid' });
    expect((await kit.account()).trouble).toBeNull();
  });
});
