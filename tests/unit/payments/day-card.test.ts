import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type DayCardDeps,
  makeDayCard,
  readDayCard,
  type Signer,
  toJson,
  toText,
} from '../../../src-main/payments/day-card.ts';
import { DayCard } from '../../../src-preload/contract/day-card.ts';
import type { EarningsNet, EarningsSeries, NetRow } from '../../../src-preload/contract/earnings.ts';

const DAY = new Date(2026, 10, 20).getTime();
const NEXT = new Date(2026, 10, 21).getTime();

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const signer: Signer = {
  nodeId: 'a-node',
  publicKey: publicKey.export({ format: 'der', type: 'spki' }).subarray(12).toString('base64'),
  sign: (text) => sign(null, Buffer.from(text), privateKey).toString('base64'),
};

const row = (intent: string, model: string, tasks: number): NetRow => ({
  intent,
  model,
  tasks,
  failed: 1,
  tokensIn: 10 * tasks,
  tokensOut: 20,
  workMs: 5,
  sums: [],
  milliwattHours: 1,
  cost: null,
  wear: null,
  left: null,
});

function depsAt(now: number): DayCardDeps {
  const sum = {
    network: 'iicp',
    unit: 'credit',
    state: 'earned' as const,
    grossMicro: 1_500_000,
    feeMicro: 0,
    netMicro: 1_500_000,
    entries: 3,
  };
  const power = { onMs: 80_000_000, openMs: 40_000_000, busyMs: 7_200_000, milliwattHours: 2_250_000, cost: null };
  const total = { sums: [sum], work: [], power, left: null };
  const series = {
    zone: 'Europe/Berlin',
    total,
    states: [
      { state: 'received', count: 1, unbooked: 0, sums: [{ ...sum, netMicro: 500_000, entries: 1 }], takenBack: [] },
    ],
  } as unknown as EarningsSeries;
  const rows = [
    row('urn:iicp:intent:llm:chat:v1', 'a', 4),
    row('urn:iicp:intent:llm:embedding:v1', 'a', 2),
    row('urn:iicp:intent:llm:chat:v1', 'b', 1),
  ];
  const net = { rows, total: { ...row('', '', 7), failed: 3 } } as unknown as EarningsNet;
  return {
    now,
    signer,
    series: {
      take: async ({ from, to }) => (from === DAY && to === NEXT ? series : Promise.reject(new Error('another day'))),
    },
    net: async () => net,
    draw: { idle: 60, working: 250, source: 'measured', alwaysOn: false },
    refusedToday: 9,
  };
}

const made = () => makeDayCard(depsAt(NEXT + 5000), DAY + 7 * 3_600_000);

describe('a signed day', () => {
  it('says what was done on that local day, by kind of task, and nothing of who asked what', async () => {
    const card = await made();
    expect(DayCard.parse(card)).toEqual(card);
    const { signature, operator, ...rest } = card;
    expect([signature.length, operator]).toEqual([88, signer.publicKey]);
    expect(rest).toEqual({
      card: 'hearth-day-card-1',
      node: 'a-node',
      day: '2026-11-20',
      zone: 'Europe/Berlin',
      from: new Date(DAY).toISOString(),
      to: new Date(NEXT).toISOString(),
      made: new Date(NEXT + 5000).toISOString(),
      onMs: 80_000_000,
      openMs: 40_000_000,
      busyMs: 7_200_000,
      tasks: { done: 7, failed: 3, refused: null },
      kinds: [
        { intent: 'urn:iicp:intent:llm:chat:v1', done: 5, failed: 2, tokensIn: 50, tokensOut: 40 },
        { intent: 'urn:iicp:intent:llm:embedding:v1', done: 2, failed: 1, tokensIn: 20, tokensOut: 20 },
      ],
      milliwattHours: 2_250_000,
      watts: 'measured',
      booked: [{ network: 'iicp', unit: 'credit', amount: '1.5', entries: 3 }],
      received: [{ network: 'iicp', unit: 'credit', amount: '0.5', entries: 1 }],
    });
  });

  it('tells of refusals only while the day lasts, and says that it does', async () => {
    const card = await makeDayCard(depsAt(DAY + 3_600_000), DAY);
    expect(card.tasks.refused).toBe(9);
    expect(toText(card)).toContain(`, until ${card.made}\n`);
    expect(toText(await made())).not.toContain(', until ');
  });

  it('is read again from either file, however its lines end and its members are spaced', async () => {
    const card = await made();
    const files = [
      toJson(card),
      toText(card),
      toText(card).replaceAll('\n', '\r\n'),
      JSON.stringify(card),
      ` ${JSON.stringify(card, null, '\t')}`,
    ];
    for (const file of files) expect(readDayCard(file)).toEqual(card);
  });

  it('can be verified by whoever has no more than the words of the contract', async () => {
    const { signature, ...card } = JSON.parse(toJson(await made())) as Record<string, unknown> & { signature: string };
    // As a sort of the names at each level, which is all that the canonical form of such values is.
    const sorted = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(sorted)
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(
              Object.entries(value)
                .sort(([a], [b]) => (a < b ? -1 : 1))
                .map(([name, one]) => [name, sorted(one)]),
            )
          : value;
    const key = Buffer.concat([
      Buffer.from('302a300506032b6570032100', 'hex'),
      Buffer.from(String(card.operator), 'base64'),
    ]);
    const text = `hearth-day-card-1\n${JSON.stringify(sorted(card))}`;
    const opened = createPublicKey({ key, format: 'der', type: 'spki' });
    expect(verify(null, Buffer.from(text), opened, Buffer.from(signature, 'base64'))).toBe(true);
  });

  it('breaks with any change of a letter, in the card or in the words above it', async () => {
    for (const file of [toJson(await made()), toText(await made())]) {
      const solid = [...file.matchAll(/\S/g)].map(({ index }) => index);
      fc.assert(
        fc.property(
          fc.constantFrom(...solid),
          fc.string({ minLength: 0, maxLength: 3 }),
          fc.boolean(),
          (at, put, keep) => {
            const changed = file.slice(0, at) + put + file.slice(keep ? at : at + 1);
            const blanks = (text: string) => text.replace(/\s+/g, ' ').trim();
            fc.pre(blanks(changed) !== blanks(file) && changed.replace(/\s/g, '') !== file.replace(/\s/g, ''));
            expect(() => readDayCard(changed)).toThrowError(expect.objectContaining({ category: 'rejected' }));
          },
        ),
        { numRuns: 400 },
      );
    }
  });

  it('breaks with any change of a value, even one that is well formed', async () => {
    const card = await made();
    const changes: Partial<DayCard>[] = [
      { node: 'another' },
      { day: '2026-11-21' },
      { busyMs: card.busyMs + 1 },
      { tasks: { ...card.tasks, failed: 0 } },
      { kinds: card.kinds.slice(1) },
      { milliwattHours: null },
      { received: card.booked },
      { signature: signer.sign('something else') },
    ];
    for (const change of changes) {
      expect(() => readDayCard(toText({ ...card, ...change }))).toThrowError(
        expect.objectContaining({ code: 'day-card.signature' }),
      );
    }
    // Of the last letter before the padding only two bits count.
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
    const other = letters[letters.indexOf(card.signature[85]!) ^ 1]!;
    const unread = { ...card, signature: `${card.signature.slice(0, 85)}${other}==` };
    expect(Buffer.from(unread.signature, 'base64')).toEqual(Buffer.from(card.signature, 'base64'));
    expect(() => readDayCard(toJson(unread))).toThrowError(expect.objectContaining({ code: 'day-card.signature' }));
    const twice = toJson(card).replace('"onMs"', '"onMs": 1,\n  "onMs"');
    expect(() => readDayCard(twice)).toThrowError(expect.objectContaining({ code: 'day-card.form' }));
    const words = toText(card).replace('7 done', '70 done');
    expect(() => readDayCard(words)).toThrowError(expect.objectContaining({ code: 'day-card.text' }));
  });

  it.each(['', '{}', '[]', 'null', '{"card":', 'no card\n{', '\u0000', '{"card":"hearth-day-card-1"}'])(
    'is not %j',
    (file) => {
      expect(() => readDayCard(file)).toThrowError(expect.objectContaining({ code: 'day-card.form' }));
    },
  );
});
