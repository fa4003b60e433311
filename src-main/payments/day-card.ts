// A signed day: what a node did, in a file that can be shown, and checked without the node. The format is
// in src-preload/contract/day-card.ts.

import { createPublicKey, verify } from 'node:crypto';
import { localDate } from '../../src-preload/contract/day.ts';
import { DayCard } from '../../src-preload/contract/day-card.ts';
import type { EarningSum, EarningsNet, EarningsSeries } from '../../src-preload/contract/earnings.ts';
import type { PowerDraw } from '../../src-preload/contract/settings/power.ts';
import { canonicalText } from '../base/canonical.ts';
import { decimalOf } from '../base/micro.ts';
import { DayCardBroken } from './errors.ts';
import { move, startOf } from './periods.ts';

/** Whose node this is, and the key that says so: Ed25519, both in base64. */
export interface Signer {
  readonly nodeId: string;
  readonly publicKey: string;
  sign(text: string): string;
}

export interface DayCardDeps {
  readonly now: number;
  readonly signer: Signer;
  readonly series: {
    take(request: { by: 'day'; from: number; to: number; weekStartsOn: number }): Promise<Omit<EarningsSeries, 'now'>>;
  };
  readonly net: (from: number, to: number) => Promise<EarningsNet>;
  readonly draw: PowerDraw | null;
  /** Since the node began today. */
  readonly refusedToday: number;
}

const CARD = 'hearth-day-card-1';
/** Raw Ed25519 keys begin after this in their DER form (RFC 8410). */
const SPKI_HEADER = Buffer.from('302a300506032b6570032100', 'hex');

export async function makeDayCard(deps: DayCardDeps, at: number): Promise<DayCard> {
  const { now, signer, draw } = deps;
  const from = startOf('day', at, 1);
  const to = move('day', from, 1);
  const series = await deps.series.take({ by: 'day', from, to, weekStartsOn: 1 });
  const { rows, total } = await deps.net(from, to);
  const { power, sums } = series.total;
  const kinds = [...Map.groupBy(rows, ({ intent }) => intent)].map(([intent, of]) => {
    const sum = (member: 'tasks' | 'failed' | 'tokensIn' | 'tokensOut') =>
      of.reduce((all, row) => all + row[member], 0);
    return {
      intent,
      done: sum('tasks'),
      failed: sum('failed'),
      tokensIn: sum('tokensIn'),
      tokensOut: sum('tokensOut'),
    };
  });
  const card = {
    card: CARD,
    node: signer.nodeId,
    operator: signer.publicKey,
    day: localDate(from),
    zone: series.zone,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    made: new Date(now).toISOString(),
    onMs: power.onMs,
    openMs: power.openMs,
    busyMs: power.busyMs,
    tasks: { done: total.tasks, failed: total.failed, refused: now >= from && now < to ? deps.refusedToday : null },
    kinds: kinds.filter(({ done, failed }) => done + failed > 0),
    milliwattHours: power.milliwattHours,
    watts: power.milliwattHours === null ? null : (draw?.source ?? null),
    booked: sums.map(toBooked),
    received: (series.states.find(({ state }) => state === 'received')?.sums ?? []).map(toBooked),
  } as const;
  return { ...card, signature: signer.sign(signedText(card)) };
}

function toBooked({ network, unit, netMicro, entries }: EarningSum): DayCard['booked'][number] {
  return { network, unit, amount: decimalOf(netMicro), entries };
}

function signedText(card: Omit<DayCard, 'signature'>): string {
  return `${CARD}\n${canonicalText(card)}`;
}

export function toJson(card: DayCard): string {
  return `${JSON.stringify(card, null, 2)}\n`;
}

/** For people, with the card itself below: what is above it follows from it, and is checked with it. */
export function toText(card: DayCard): string {
  return `${linesOf(card).join('\n')}\n\n${toJson(card)}`;
}

/**
 * The card in a file that was made by `toJson` or `toText`, if it is as it was signed. Blanks between its members don't matter,
 * nor how lines end. Throws DayCardBroken.
 */
export function readDayCard(file: string): DayCard {
  const plain = file.replaceAll('\r\n', '\n').trim();
  const start = plain.startsWith('{') ? 0 : plain.indexOf('\n{') + 1;
  const json = plain.slice(start);
  const card = parsed(json);
  const { signature, ...rest } = card;
  // A reader of the file must see what was signed: no member twice, nothing written in another way.
  const asRead = json.replace(/("(?:[^"\\]|\\.)*")|\s+/g, (_, text: string | undefined) => text ?? '');
  if (asRead !== JSON.stringify(card)) throw new DayCardBroken('form');
  const head = plain.slice(0, start).trim();
  if (head !== '' && head !== linesOf(card).join('\n')) throw new DayCardBroken('text');
  const key = Buffer.concat([SPKI_HEADER, Buffer.from(card.operator, 'base64')]);
  const publicKey = createPublicKey({ key, format: 'der', type: 'spki' });
  const bytes = Buffer.from(signature, 'base64');
  // Some letters of base64 carry bits that are not read: these too are as they were.
  const holds = bytes.toString('base64') === signature && verify(null, Buffer.from(signedText(rest)), publicKey, bytes);
  if (!holds) throw new DayCardBroken('signature');
  return card;
}

function parsed(json: string): DayCard {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new DayCardBroken('form');
  }
  const result = DayCard.safeParse(value);
  if (!result.success) throw new DayCardBroken('form');
  // In the order of the file, which is how it is compared with what it says.
  return value as DayCard;
}

/** What a card says, in words: the same for the same card, whatever the computer's language. */
export function linesOf(card: DayCard): string[] {
  const { tasks, kinds, milliwattHours, watts } = card;
  const sums = (of: DayCard['booked']) =>
    of.length === 0 ? 'nothing' : of.map(({ network, unit, amount }) => `${amount} ${unit} (${network})`).join(', ');
  const refused = tasks.refused === null ? '' : `, ${tasks.refused} refused`;
  return [
    `A day of a Hearth node: ${card.day}, ${card.zone}${card.made < card.to ? `, until ${card.made}` : ''}`,
    `Node ${card.node}, signed by operator ${card.operator}`,
    `On for ${hours(card.onMs)}, open for tasks for ${hours(card.openMs)}, at work for ${hours(card.busyMs)}`,
    `Tasks: ${tasks.done} done, ${tasks.failed} failed${refused}`,
    ...kinds.map(
      ({ intent, done, failed, tokensIn, tokensOut }) =>
        `- ${intent}: ${done} done, ${failed} failed, ${tokensIn + tokensOut} tokens`,
    ),
    `Energy: ${milliwattHours === null ? 'not known' : `${decimalOf(milliwattHours)} kWh, ${watts}`}`,
    `Booked: ${sums(card.booked)}`,
    `Received of it: ${sums(card.received)}`,
  ];
}

function hours(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
