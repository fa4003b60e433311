import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src-main/base/clock.ts';
import { decimalOf } from '../../../src-main/base/micro.ts';
import { withoutUnseen } from '../../../src-main/base/unseen.ts';
import { csvLine } from '../../../src-main/payments/csv.ts';
import { type ExportRequest, exportPart, type SetRates } from '../../../src-main/payments/export.ts';
import { LedgerRows } from '../../../src-main/payments/rows.ts';
import { Worth } from '../../../src-main/payments/worth.ts';
import { TaskFactsStore } from '../../../src-main/work/detail.ts';
import { book, type Entry, emptyDatabase, entriesOf, START, sumsOf } from './support.ts';

/** Reads RFC 4180 letter by letter, and no more leniently than it says. */
function parseCsv(text: string): string[][] {
  const lines: string[][] = [];
  let line: string[] = [];
  let at = 0;
  while (at < text.length) {
    let field = '';
    if (text[at] === '"') {
      for (at += 1; text[at] !== '"' || text[at + 1] === '"'; at += 1) {
        if (at >= text.length) throw new Error('a quote is not closed');
        if (text[at] === '"') at += 1;
        field += text[at];
      }
      at += 1;
    } else {
      for (; at < text.length && !',\r\n'.includes(text[at]!); at += 1) {
        if (text[at] === '"') throw new Error('a quote in a field without quotes');
        field += text[at];
      }
    }
    line.push(field);
    if (text[at] === ',') at += 1;
    else if (text.startsWith('\r\n', at)) {
      lines.push(line);
      line = [];
      at += 2;
    } else throw new Error(`neither a comma nor a line end at ${at}`);
  }
  if (line.length > 0) throw new Error('the last line has no end');
  return lines;
}

const text = (value: string) => ({ text: value });

describe('a line of values', () => {
  it('comes back whole from a reader that keeps to the standard, but for what is dangerous', () => {
    const cell = fc.oneof(
      fc.string(),
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('a,b', 'say "x"', '', ' ', '"'),
    );
    fc.assert(
      fc.property(fc.array(cell, { minLength: 2, maxLength: 6 }), (cells) => {
        const [line = [], ...more] = parseCsv(csvLine(cells.map(text)));
        expect([line.length, more]).toEqual([cells.length, []]);
        for (const [n, given] of cells.entries()) {
          const plain = withoutUnseen(given.replace(/\p{Cc}+/gu, ' '));
          expect([plain, `'${plain}`]).toContain(line[n]);
          expect(line[n]).not.toMatch(/^[\s"]*[=+\-@]/);
        }
      }),
    );
  });

  it.each([
    '=1+1',
    '+1',
    '-1+2',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\n=cmd()',
    ' =1',
    '"=1"',
    "'=1",
    '\u0000=1',
    '\u00A0=1',
    '＝1+1',
    '＋1',
    '－1',
    '＠x',
    '|calc',
    '%x',
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x.test?"&A1,"ok")',
  ])('does not let %j begin a formula', (hostile) => {
    expect(parseCsv(csvLine([text(hostile), text('x')]))[0]![0]).toMatch(/^'/);
  });

  it('leaves numbers, times and plain names as they are', () => {
    const line = csvLine([
      { number: -3 },
      { number: '-0.5' },
      text('2026-01-01T00:00:00.000Z'),
      text('qwen2.5:7b'),
      null,
    ]);
    expect(line).toBe('-3,-0.5,2026-01-01T00:00:00.000Z,qwen2.5:7b,\r\n');
  });
});

it.each([
  [0, '0'],
  [1, '0.000001'],
  [-1, '-0.000001'],
  [1_000_000, '1'],
  [1_500_000, '1.5'],
  [-12_345_678, '-12.345678'],
  [9_007_199_254_740_991, '9007199254.740991'],
])('%i millionths are written as %s', (micro, written) => {
  expect(decimalOf(micro)).toBe(written);
});

function ledgerOf(entries: readonly Entry[]) {
  const db = emptyDatabase();
  book(db, entries);
  return { db, rows: new LedgerRows({ clock: systemClock, read: db, tasks: new TaskFactsStore(db) }) };
}

async function whole(rows: LedgerRows, request: ExportRequest, between = () => {}) {
  const parts: Awaited<ReturnType<typeof exportPart>>[] = [];
  for (let after: string | undefined; ; ) {
    const part = await exportPart(rows, { ...request, after });
    parts.push(part);
    between();
    if (part.next === null) break;
    after = part.next;
  }
  return {
    parts,
    text: parts.map((part) => part.text).join(''),
    rows: parts.reduce((sum, part) => sum + part.rows, 0),
  };
}

describe('an export', () => {
  const entries = entriesOf(2345, { everyMs: 60_000 });

  it('has every entry once, oldest first, in each form, whatever the parts are cut into', async () => {
    const { rows } = ledgerOf(entries);
    const csv = await whole(rows, { format: 'csv' });
    const [head = [], ...lines] = parseCsv(csv.text);
    expect([csv.parts.length > 1, csv.rows, lines.length]).toEqual([true, entries.length, entries.length]);
    const json = JSON.parse((await whole(rows, { format: 'json' })).text);
    const column = (name: string) => lines.map((line) => line[head.indexOf(name)]);
    const member = (name: string) => json.entries.map((entry: Record<string, unknown>) => String(entry[name]));
    for (const name of ['network', 'unit', 'state', 'kind', 'gross', 'fee', 'net']) {
      expect(column(name)).toEqual(member(name));
    }
    expect(column('entry')).toEqual(entries.map((_, n) => String(n + 1)));
    expect(column('time_utc')).toEqual(entries.map(({ at }) => new Date(at).toISOString()));
    expect(column('net')).toEqual(entries.map(({ amountMicro }) => decimalOf(amountMicro)));
    expect(column('task')).toEqual(entries.map(({ task }) => (task === null ? '' : String(task))));
    const sums = sumsOf(entries).map(({ amountMicro, ...sum }) => ({
      ...sum,
      net: decimalOf(amountMicro),
      amount: decimalOf(amountMicro),
    }));
    expect(json.sums.toSorted((a: object, b: object) => JSON.stringify(a).localeCompare(JSON.stringify(b)))).toEqual(
      sums
        .map(({ network, unit, net, amount, entries: count }) => ({ network, unit, net, entries: count, amount }))
        .sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b))),
    );
  });

  it('is of the moment it was begun at', async () => {
    const { db, rows } = ledgerOf(entries.slice(0, 1500));
    let more = 1500;
    const { text: csv } = await whole(rows, { format: 'csv' }, () => {
      book(db, entries.slice(more, more + 20));
      more += 20;
    });
    expect(parseCsv(csv)).toHaveLength(1501);
  });

  it('takes a local year, or a time, or one network', async () => {
    const turn = new Date(2025, 0, 1).getTime();
    const at = (ms: number) => ({ ...entries[0]!, at: ms, task: null });
    const { rows } = ledgerOf([at(turn - 1), at(turn), { ...at(turn + 5), network: 'posemesh' }]);
    const count = async (request: Partial<ExportRequest>) => {
      const { parts, rows: taken } = await whole(rows, { format: 'csv', ...request });
      return [parts[0]!.fileName, taken];
    };
    expect(await count({ year: 2024 })).toEqual(['hearth-earnings-2024.csv', 1]);
    expect(await count({ year: 2025 })).toEqual(['hearth-earnings-2025.csv', 2]);
    expect(await count({ from: turn + 1 })).toEqual(['hearth-earnings-2025-01-01.csv', 1]);
    expect(await count({ to: turn })).toEqual(['hearth-earnings-to-2024-12-31.csv', 1]);
    expect(await count({ network: 'posemesh' })).toEqual(['hearth-earnings.csv', 1]);
  });

  it.each(['csv', 'json'] as const)('of nothing is a whole file all the same: %s', async (format) => {
    const { rows } = ledgerOf([]);
    const { parts, text: file } = await whole(rows, { format });
    expect(parts).toHaveLength(1);
    if (format === 'csv') expect(parseCsv(file)).toHaveLength(1);
    else expect(JSON.parse(file)).toMatchObject({ entries: [], sums: [] });
  });

  it('takes what strangers named their tasks for text, and stays small whatever they did', async () => {
    const hostile = '=\u0001"\u202E,<b>'.padEnd(255, '\u0001"');
    const { rows } = ledgerOf(
      Array.from({ length: 2100 }, (_, n) => ({ ...entries[0]!, at: START + n, task: n + 1, ref: hostile })),
    );
    for (const format of ['csv', 'json'] as const) {
      const { parts, rows: taken } = await whole(rows, { format });
      expect(taken).toBe(2100);
      for (const part of parts) expect(JSON.stringify(part).length).toBeLessThan(1024 * 1024);
    }
    const [, line] = parseCsv((await whole(rows, { format: 'csv' })).text);
    expect(line![10]).toMatch(/^'= "\uFFFD,<b>/);
    const json = (await whole(rows, { format: 'json' })).text;
    expect(json.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect((JSON.parse(json) as { entries: { task: { ref: string } }[] }).entries[0]!.task.ref).toBe(hostile);
  });

  it('tells when what was received came, why what failed did, and no worth that nobody has set', async () => {
    const { db, rows } = ledgerOf([
      { ...entries[0]!, unit: 'credit', amountMicro: 2_500_001, task: 1 },
      { ...entries[0]!, unit: 'credit', amountMicro: -70, task: 2 },
      { ...entries[0]!, unit: 'sat', task: 3 },
    ]);
    const at = Date.UTC(2026, 4, 6, 7, 8, 9);
    db.exec(`INSERT INTO claims (task, network, place, state, claimed_micro, evidence)
      VALUES (1, 'iicp', 'd', 'waiting', 1, 'e'), (2, 'iicp', 'd', 'waiting', 1, 'e');
      UPDATE claims SET state = 'paid', settled_at = ${at}, settled = 1 WHERE task = 1;
      UPDATE claims SET state = 'failed', reason = 'too-old', settled_at = ${at}, settled = 2 WHERE task = 2`);
    const last = async (rate: SetRates | null) =>
      parseCsv((await exportPart(rows, { format: 'csv' }, rate)).text).map((line) => line.slice(15, 21));
    const head = ['received_utc', 'failure', 'fiat_currency', 'fiat_rate', 'fiat_net', 'fiat_rate_source'];
    expect(await last(null)).toEqual([
      head,
      ['2026-05-06T07:08:09.000Z', '', '', '', '', ''],
      ['', 'too-old', '', '', '', ''],
      ['', '', '', '', '', ''],
    ]);
    const worth = [{ unit: 'credit', from: null, worth: 0.02 }];
    const rate = { currency: 'EUR', worth: new Worth({ worth, currency: 'EUR' }) };
    const said = ['EUR', '0.02', '0.05', 'set by hand, as of this export'];
    expect(await last(rate)).toEqual([
      head,
      ['2026-05-06T07:08:09.000Z', '', ...said],
      ['', 'too-old', 'EUR', '0.02', '-0.000001', 'set by hand, as of this export'],
      ['', '', '', '', '', ''],
    ]);
    const json = JSON.parse((await exportPart(rows, { format: 'json' }, rate)).text);
    expect(json.entries.map((entry: Record<string, unknown>) => [entry.received, entry.failure, entry.fiat])).toEqual([
      ['2026-05-06T07:08:09.000Z', null, { currency: 'EUR', rate: '0.02', net: '0.05', source: said[3] }],
      [null, 'too-old', { currency: 'EUR', rate: '0.02', net: '-0.000001', source: said[3] }],
      [null, null, null],
    ]);
  });

  it('has entries of every kind, by their references, and says apart what was earned and what there is', async () => {
    const prepaid = { ...entries[0]!, network: 'paygress', unit: 'sat', task: null, settledAt: START };
    const { rows } = ledgerOf([
      { ...prepaid, kind: 'earned', amountMicro: 9_000_000, reference: 'token/1' },
      { ...prepaid, kind: 'fee', amountMicro: -1_000_000, reference: 'token/1/fee' },
      { ...prepaid, kind: 'withdrawal', amountMicro: -5_000_000, reference: 'payment/1' },
    ]);
    const { text } = await exportPart(rows, { format: 'csv' });
    const [head, ...lines] = parseCsv(text);
    const column = (name: string) => lines.map((line) => line[head!.indexOf(name)]);
    expect(column('kind')).toEqual(['earned', 'fee', 'withdrawal']);
    expect(column('reference')).toEqual(['token/1', 'token/1/fee', 'payment/1']);
    expect(column('gross')).toEqual(['9', '0', '0']);
    expect(column('fee')).toEqual(['0', '1', '0']);
    expect(column('net')).toEqual(['9', '-1', '0']);
    expect(column('amount')).toEqual(['9', '-1', '-5']);
    expect(column('received_utc')).toEqual(Array.from({ length: 3 }, () => new Date(START).toISOString()));
    const { sums } = JSON.parse((await exportPart(rows, { format: 'json' })).text);
    expect(sums).toEqual([{ network: 'paygress', unit: 'sat', net: '8', entries: 3, amount: '3' }]);
    const moved = await exportPart(rows, { format: 'csv', kinds: ['withdrawal'] });
    expect(moved.rows).toBe(1);
  });

  it('can’t be gone on with from anywhere', async () => {
    const { rows } = ledgerOf(entries.slice(0, 3));
    for (const after of ['', '1', '1:2:3', '-1:2', '1:x', '1e9:1']) {
      await expect(exportPart(rows, { format: 'csv', after })).rejects.toMatchObject({ code: 'earnings.export-lost' });
    }
  });
});
