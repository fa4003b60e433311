import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src-main/base/clock.ts';
import { BLOCK } from '../../../src-main/payments/ledger-schema.ts';
import { LedgerRows } from '../../../src-main/payments/rows.ts';
import { TaskFactsStore } from '../../../src-main/work/detail.ts';
import type { EarningsFilter } from '../../../src-preload/contract/earnings.ts';
import { book, type Entry, emptyDatabase, entriesOf, START, sorted, sumsOf } from './support.ts';

function ledgerOf(entries: readonly Entry[]) {
  const db = emptyDatabase();
  book(db, entries);
  return { db, rows: new LedgerRows({ clock: systemClock, read: db, tasks: new TaskFactsStore(db) }) };
}

function fits({ at, network, unit }: Entry, filter: EarningsFilter): boolean {
  return (
    (filter.from === undefined || at >= filter.from) &&
    (filter.to === undefined || at < filter.to) &&
    (filter.network === undefined || network === filter.network) &&
    (filter.unit === undefined || unit === filter.unit) &&
    (filter.state === undefined || filter.state === 'earned')
  );
}

async function all(rows: LedgerRows, filter: EarningsFilter, limit: number): Promise<number[]> {
  const ids: number[] = [];
  for (let before: number | null = Number.MAX_SAFE_INTEGER; before !== null; ) {
    const page = await rows.page(filter, before, limit);
    ids.push(...page.items.map(({ id }) => id));
    before = page.next;
  }
  return ids;
}

const EVERY = 60_000;
const COUNT = 3 * BLOCK + 77;
const moment = fc.integer({ min: -100, max: COUNT + 100 }).map((n) => START + n * EVERY);
const filters: fc.Arbitrary<EarningsFilter> = fc.record(
  {
    from: moment,
    to: moment,
    network: fc.constantFrom('iicp', 'posemesh', 'nobody'),
    unit: fc.constantFrom('credit', 'sat', 'EUR'),
    state: fc.constantFrom('earned' as const, 'received' as const),
  },
  { requiredKeys: [] },
);

describe('the rows behind a total', () => {
  const entries = entriesOf(COUNT, { setBack: 2 * BLOCK, everyMs: EVERY });

  it('are those that a filter lets through, and the check of them is their sum', async () => {
    const { rows } = ledgerOf(entries);
    await fc.assert(
      fc.asyncProperty(filters, fc.integer({ min: 20, max: 200 }), async (filter, limit) => {
        const expected = entries.flatMap((entry, n) => (fits(entry, filter) ? [n + 1] : []));
        expect(await all(rows, filter, limit)).toEqual(expected.toReversed());
        const upwards = await rows.after(filter, 0, Number.MAX_SAFE_INTEGER, COUNT);
        expect(upwards.map(({ id }) => id)).toEqual(expected);
        const shown = sumsOf(entries.filter((entry) => fits(entry, filter)));
        const check = await rows.check(filter, { shown });
        expect([sorted(check.sums), check.through, check.agrees]).toEqual([shown, COUNT, true]);
      }),
      { numRuns: 60 },
    );
  });

  it('say of each entry what it is for', async () => {
    const { rows } = ledgerOf([
      { at: 5, network: 'iicp', unit: 'credit', amountMicro: 300, kind: 'earned', task: 7, ref: 'theirs', model: 'm' },
      { at: 6, network: 'iicp', unit: 'credit', amountMicro: -20, kind: 'correction', task: 7 },
      { at: 7, network: 'iicp', unit: 'credit', amountMicro: 9, kind: 'earned', task: null },
    ]);
    const task = {
      id: 7,
      ref: 'theirs',
      intent: 'urn:iicp:intent:llm:chat:v1',
      model: 'm',
      tokensIn: 3,
      tokensOut: 4,
    };
    const common = { network: 'iicp', unit: 'credit', state: 'earned', feeMicro: 0, claim: null, receivedAt: null };
    const of = (amountMicro: number) => ({ amountMicro, grossMicro: amountMicro, netMicro: amountMicro });
    const first = { ...common, id: 1, at: 5, kind: 'earned', reference: 'earned/7', ...of(300), task };
    const second = { ...common, id: 2, at: 6, kind: 'correction', reference: 'correction/7', ...of(-20), task };
    const third = { ...common, id: 3, at: 7, kind: 'earned', reference: 'entry/3', ...of(9), task: null };
    expect((await rows.page({}, Number.MAX_SAFE_INTEGER, 9)).items).toEqual([third, second, first]);
    expect(rows.ofTask(7)).toEqual([first, second]);
  });

  it('are held against what was shown: one entry more, less or of another amount is found', async () => {
    const { db, rows } = ledgerOf(entries.slice(0, 2000));
    const shown = sumsOf(entries.slice(0, 2000));
    const [first, ...rest] = shown;
    const tampered = [
      [{ ...first!, amountMicro: first!.amountMicro + 1 }, ...rest],
      [{ ...first!, entries: first!.entries - 1 }, ...rest],
      rest,
      [...shown, { ...first!, network: 'another' }],
    ];
    for (const wrong of tampered) expect((await rows.check({}, { shown: wrong })).agrees).toBe(false);
    // What was booked since is left out by its number, so that a total on the screen stays checkable.
    book(db, entries.slice(2000, 2010));
    expect((await rows.check({}, { shown })).agrees).toBe(false);
    expect((await rows.check({}, { shown, through: 2000 })).agrees).toBe(true);
    expect((await rows.check({})).agrees).toBe(null);
  });

  it('are believed over sums that were kept and are wrong', async () => {
    const { db, rows } = ledgerOf(entries.slice(0, BLOCK));
    db.exec('UPDATE ledger_sums SET amount_micro = 1');
    expect(sorted((await rows.check({})).sums)).toEqual(sumsOf(entries.slice(0, BLOCK)));
  });
});
