// Entries of every kind and what they add up to: as the rows have it, after any sequence of bookings and settlements.
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { quarterOf } from '../../../src-main/base/quarter.ts';
import { Claims } from '../../../src-main/payments/claims.ts';
import { Ledger, type NewEntry, referenceOf } from '../../../src-main/payments/ledger.ts';
import { BLOCK, ledgerMigrations } from '../../../src-main/payments/ledger-schema.ts';
import { type Cut, LedgerSums } from '../../../src-main/payments/sums.ts';
import type { Write } from '../../../src-main/storage/write.ts';
import { EntryKind } from '../../../src-preload/contract/earnings.ts';
import { emptyDatabase, START } from './support.ts';

const QUARTER = 900_000;
const NAMES = ['iicp credit', 'paygress sat', 'posemesh credit', 'iicp sat'].map((name) => name.split(' '));
const KINDS = EntryKind.options;

const prepared = new WeakMap<Database.Database, Map<string, Database.Statement>>();

/** One unit: all of it or nothing. */
function commit(db: Database.Database, ...writes: readonly Write[]): void {
  const held = prepared.get(db) ?? new Map<string, Database.Statement>();
  prepared.set(db, held);
  db.transaction(() => {
    for (const { sql, params, expect: wanted } of writes) {
      const statement = held.get(sql) ?? db.prepare(sql);
      held.set(sql, statement);
      const { changes } = statement.run(...params);
      if (wanted !== undefined && changes !== wanted) throw new Error(`${changes} rows changed`);
    }
  })();
}

function taskRow(db: Database.Database, id: number, network: string): void {
  db.prepare("INSERT INTO tasks VALUES (?, ?, ?, 'chat', 'm', 'b', 0, ?)").run(id, network, `t${id}`, START);
  db.prepare(`INSERT INTO outcomes (task, network, state, tokens_in, tokens_out, took_ms, finished_at)
    VALUES (?, ?, 'done', 1, 1, 1, ?)`).run(id, network, START);
}

interface Row {
  readonly id: number;
  readonly at: number;
  readonly network: string;
  readonly unit: string;
  readonly amount_micro: number;
  readonly kind: EntryKind;
  readonly job: number | null;
  readonly settled_at: number | null;
}

interface ClaimRow {
  readonly task: number;
  readonly state: string;
  readonly settled: number | null;
}

/** Added up in the plainest way, as everything was at the marks. */
function plainCuts(
  db: Database.Database,
  fits: (row: Row) => boolean,
  marks: { readonly through: number; readonly settled: number },
): Cut[] {
  const claims = new Map(
    (db.prepare('SELECT task, state, settled FROM claims').all() as ClaimRow[]).map((claim) => [claim.task, claim]),
  );
  const stateOf = ({ job, settled_at }: Row): Cut['state'] => {
    if (settled_at !== null) return 'received';
    const claim = claims.get(job ?? 0);
    if (!claim || claim.settled === null || claim.settled > marks.settled) return 'earned';
    return claim.state === 'paid' ? 'received' : 'failed';
  };
  const rows = (db.prepare('SELECT * FROM ledger ORDER BY id').all() as Row[]).filter(
    (row) => row.id <= marks.through && fits(row),
  );
  const groups = Map.groupBy(rows, (row) => [row.network, row.unit, row.kind, stateOf(row)].join(' '));
  return inOrder(
    [...groups].map(([key, group]) => {
      const [network = '', unit = '', kind, state] = key.split(' ');
      const amountMicro = group.reduce((sum, { amount_micro }) => sum + amount_micro, 0);
      return { network, unit, kind, state, amountMicro, entries: group.length } as Cut;
    }),
  );
}

const inOrder = (cuts: readonly Cut[]): Cut[] =>
  cuts.toSorted((a, b) => keyOf(a).localeCompare(keyOf(b))).map((cut) => ({ ...cut }));
const keyOf = ({ network, unit, kind, state }: Cut) => `${network} ${unit} ${kind} ${state}`;

const prepaid = (at: number, reference: string): NewEntry => ({
  at,
  network: 'iicp',
  unit: 'credit',
  amountMicro: 5,
  kind: 'earned',
  job: null,
  reference,
  settledAt: at,
});

/** What may happen to a ledger. Jobs are named by how long ago they were begun. */
const steps = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('book' as const),
        name: fc.nat(NAMES.length - 1),
        kind: fc.constantFrom(...KINDS),
        amountMicro: fc.integer({ min: -5000, max: 5000 }),
        back: fc.nat(40),
        prepaid: fc.boolean(),
      }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('claim' as const), micro: fc.integer({ min: 1, max: 900 }) }) },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('settle' as const),
        nth: fc.nat(20),
        given: fc.option(fc.integer({ min: 1, max: 900 }), { nil: null }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('again' as const), nth: fc.nat(50) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('mark' as const) }) },
    // Up to the end of a block, or just about.
    { weight: 1, arbitrary: fc.record({ do: fc.constant('fill' as const), short: fc.integer({ min: -1, max: 2 }) }) },
  ),
  { maxLength: 40 },
);

describe('the rollup', () => {
  it('is what the entries add up to, by quarter, network, unit, kind and state, after anything that may happen', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: -2, max: 8 }), fc.nat(10), (list, from, quarters) => {
        const db = emptyDatabase();
        const [ledger, sums] = [new Ledger(db), new LedgerSums(db)];
        const claims = new Claims({ read: db, ledger });
        const booked: NewEntry[] = [];
        const marks = [sums.marks()];
        let jobs = 0;
        let at = START;
        const book = (entry: NewEntry) => {
          commit(db, ledger.book(entry));
          booked.push(entry);
        };
        const free = (n: number): NewEntry => ({
          ...prepaid(at, `filled/${booked.length}`),
          amountMicro: n % 7,
        });
        for (const step of list) {
          at += 120_000;
          if (step.do === 'book') {
            const [network = '', unit = ''] = NAMES[step.name]!;
            const job = jobs > 0 && step.back > 0 ? Math.max(1, jobs - step.back) : null;
            const settledAt = step.prepaid || job === null ? at : null;
            const { kind, amountMicro } = step;
            book({ at, network, unit, amountMicro, kind, job, reference: `free/${booked.length}`, settledAt });
          } else if (step.do === 'claim') {
            jobs += 1;
            taskRow(db, jobs, 'iicp');
            const reference = referenceOf('earned', jobs);
            const entry = { at, network: 'iicp', unit: 'credit', amountMicro: step.micro, kind: 'earned' } as const;
            const made = {
              task: jobs,
              network: 'iicp',
              place: 'd',
              claimedMicro: step.micro,
              evidence: 'e',
              payer: null,
            };
            commit(db, ledger.book({ ...entry, job: jobs, reference, settledAt: null }), claims.made(made));
            booked.push({ ...entry, job: jobs, reference, settledAt: null });
          } else if (step.do === 'settle') {
            const open = claims.fresh('iicp', 'd', at, 100);
            const claim = open[step.nth % Math.max(1, open.length)];
            if (!claim) continue;
            const of = { network: 'iicp', unit: 'credit' };
            const writes =
              step.given === null
                ? claims.failed(claim, of, 'too-old', at)
                : claims.paidOut(claim, { ...of, amountMicro: step.given }, null, at);
            commit(db, ...writes);
            // A settlement is whole or nothing, and happens once.
            expect(() => commit(db, ...writes)).toThrow();
          } else if (step.do === 'again') {
            const entry = booked[step.nth % Math.max(1, booked.length)];
            if (entry) expect(() => commit(db, ledger.book({ ...entry, amountMicro: 1 }))).toThrow('UNIQUE');
          } else if (step.do === 'mark') marks.push(sums.marks());
          else {
            const left = BLOCK - (ledger.newest() % BLOCK) - step.short;
            if (ledger.newest() < 3 * BLOCK) for (let n = 0; n < left; n += 1) book(free(n));
          }
        }
        marks.push(sums.marks());
        const { ever, recent, marks: now } = sums.look(quarterOf(START) + from);
        expect(inOrder(ever)).toEqual(plainCuts(db, () => true, now));
        const begins = (quarterOf(START) + from) * QUARTER;
        expect(inOrder(recent)).toEqual(plainCuts(db, (row) => row.at >= begins, now));
        const ends = begins + quarters * QUARTER;
        for (const mark of marks) {
          const cuts = sums.between(quarterOf(begins), quarterOf(ends), mark);
          expect(inOrder(cuts)).toEqual(plainCuts(db, (row) => row.at >= begins && row.at < ends, mark));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('has nothing of a block whose last entry was undone, and all of it once that is booked after all', () => {
    const db = emptyDatabase();
    const [ledger, sums] = [new Ledger(db), new LedgerSums(db)];
    const entry = (n: number) => ledger.book({ ...prepaid(START + n, String(n)), amountMicro: n });
    for (let n = 1; n < BLOCK; n += 1) commit(db, entry(n));
    const rolledUp = () => db.prepare('SELECT coalesce(sum(entries), 0) FROM ledger_sums').pluck().get();
    const whole = (count: number) => [
      { network: 'iicp', unit: 'credit', amountMicro: (count * (count + 1)) / 2, entries: count },
    ];
    expect(() => commit(db, entry(BLOCK), entry(BLOCK))).toThrow();
    expect([rolledUp(), sums.all()]).toEqual([0, whole(BLOCK - 1)]);
    commit(db, entry(BLOCK));
    // Once in its quarter, once in all of them.
    expect([rolledUp(), sums.all()]).toEqual([2 * BLOCK, whole(BLOCK)]);
  });
});

describe('an entry', () => {
  const token: NewEntry = { ...prepaid(START, 'token/a'), network: 'paygress', unit: 'sat' };

  it('is never changed or taken away', () => {
    const db = emptyDatabase();
    commit(db, new Ledger(db).book(token));
    expect(() => db.exec('UPDATE ledger SET amount_micro = 5')).toThrow('the ledger only grows');
    expect(() => db.exec('DELETE FROM ledger WHERE id = 1')).toThrow('the ledger only grows');
  });

  it('is booked once by its reference, and what was to be committed with it the second time is not', () => {
    const db = emptyDatabase();
    const ledger = new Ledger(db);
    const books = ledger.of('paygress');
    const { network: _, ...entry } = token;
    commit(db, books.book(entry));
    const other = { ...entry, reference: 'token/b' };
    expect(() => commit(db, books.book(other), books.book({ ...entry, amountMicro: 9 }))).toThrow('UNIQUE');
    expect([books.isBooked('token/a'), books.isBooked('token/b')]).toEqual([true, false]);
    expect(new LedgerSums(db).all()).toEqual([{ network: 'paygress', unit: 'sat', amountMicro: 5, entries: 1 }]);
    // Another network has references of its own.
    commit(db, ledger.of('posemesh').book(entry));
    expect(ledger.newest()).toBe(2);
  });

  it.each([
    ['that nothing would ever settle', { settledAt: null }],
    ['of a part of a millionth', { amountMicro: 0.5 }],
    ['of more than can be counted', { amountMicro: 2 ** 53 }],
    ['without a reference', { reference: '' }],
    ['with a reference as long as a text', { reference: 'x'.repeat(201) }],
    ['of no unit', { unit: '' }],
  ])('%s is not booked', (_what, wrong) => {
    expect(() => new Ledger(emptyDatabase()).book({ ...token, ...wrong })).toThrow('no entry of the ledger');
  });

  it('may be one of many for a job', () => {
    const db = emptyDatabase();
    taskRow(db, 1, 'paygress');
    const ledger = new Ledger(db);
    commit(db, ...['a', 'b', 'c'].map((name) => ledger.book({ ...token, job: 1, reference: name })));
    expect(new LedgerSums(db).all()[0]).toMatchObject({ amountMicro: 15, entries: 3 });
  });
});

describe('a ledger of the version before', () => {
  const LAST = 8;

  function lastVersion(): Database.Database {
    const db = new Database(':memory:');
    onTestFinished(() => void db.close());
    for (const { sql } of ledgerMigrations.slice(0, LAST)) db.exec(sql);
    return db;
  }

  it.each([0, 1, BLOCK - 1, BLOCK, 2 * BLOCK + 77])('of %i entries has the same sums, and goes on', (count) => {
    const db = lastVersion();
    const entry = db.prepare(
      'INSERT INTO ledger (at, network, unit, amount_micro, kind, task) VALUES (?, ?, ?, ?, ?, ?)',
    );
    const claim = db.prepare(`INSERT INTO claims (task, network, place, state, claimed_micro, evidence, settled)
      VALUES (?, ?, 'd', ?, 1, 'e', ?)`);
    let settled = 0;
    for (let n = 1; n <= count; n += 1) {
      const [network = '', unit = ''] = NAMES[n % NAMES.length]!;
      const job = n % 5 === 3 ? null : Math.ceil(n / 2);
      const kind = n % 2 === 0 ? 'correction' : 'earned';
      entry.run(START + n * 333_000, network, unit, kind === 'earned' ? n : -n, kind, job);
      if (kind !== 'earned' || job === null || n % 3 === 0) continue;
      const state = (['paid', 'failed', 'waiting'] as const)[(n % 7) % 3]!;
      if (state !== 'waiting') settled += 1;
      claim.run(job, network, state, state === 'waiting' ? null : settled);
    }
    for (const { sql } of ledgerMigrations.slice(LAST)) db.exec(sql);
    const sums = new LedgerSums(db);
    const marks = sums.marks();
    expect(marks).toEqual({ through: count, settled });
    expect(inOrder(sums.look(0).ever)).toEqual(plainCuts(db, () => true, marks));
    const rolledUp = db.prepare('SELECT coalesce(sum(entries), 0) FROM ledger_sums WHERE quarter >= 0').pluck().get();
    expect(rolledUp).toBe(Math.floor(count / BLOCK) * BLOCK);
    const ledger = new Ledger(db);
    for (let n = 0; n < BLOCK; n += 1) {
      const more = { at: START, network: 'iicp', unit: 'credit', amountMicro: 3, kind: 'fee', settledAt: 5 } as const;
      commit(db, ledger.book({ ...more, job: null, reference: `more/${n}` }));
    }
    expect(inOrder(sums.look(0).ever)).toEqual(plainCuts(db, () => true, sums.marks()));
  });

  it('does not book again what was booked then', () => {
    const db = lastVersion();
    db.exec(
      "INSERT INTO ledger (at, network, unit, amount_micro, kind, task) VALUES (1, 'iicp', 'credit', 5, 'earned', 7)",
    );
    for (const { sql } of ledgerMigrations.slice(LAST)) db.exec(sql);
    const entry = { at: 2, network: 'iicp', unit: 'credit', amountMicro: 5, kind: 'earned', job: 7 } as const;
    const write = new Ledger(db).book({ ...entry, reference: referenceOf('earned', 7), settledAt: null });
    expect(() => commit(db, write)).toThrow('UNIQUE');
  });
});
