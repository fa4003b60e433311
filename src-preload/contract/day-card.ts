import { z } from 'zod';
import { request, Time } from './define.ts';

const Count = z.number().int().nonnegative();
const Stamp = z.iso.datetime();
const base64 = (bytes: number) => z.base64().length(Math.ceil(bytes / 3) * 4);

/** A decimal number as text, so that no reader rounds it. */
const Booked = z.strictObject({
  network: z.string().max(64),
  unit: z.string().max(64),
  amount: z.string().regex(/^-?\d{1,16}(\.\d{1,6})?$/),
  entries: Count,
});

/**
 * What a node did on one day, signed by its operator; nothing of what it was asked, nor who asked.
 *
 * Signed is `hearth-day-card-1`, a line feed, and all members but `signature` as canonical JSON (RFC 8785: names sorted by code
 * units at every level, nothing between), in UTF-8, with Ed25519 (RFC 8032); `operator` is the raw public key.
 */
export const DayCard = z.strictObject({
  card: z.literal('hearth-day-card-1'),
  node: z.string().max(128),
  operator: base64(32),
  /** The local day, its zone and its edges; `to` is the first moment after it. */
  day: z.iso.date(),
  zone: z.string().max(64),
  from: Stamp,
  to: Stamp,
  /** Before `to`: the day was not over. */
  made: Stamp,
  /** Milliseconds that the node ran, was open for tasks, and had one running. */
  onMs: Count,
  openMs: Count,
  busyMs: Count,
  /** `refused` is counted since the node began on that day; null: not kept. */
  tasks: z.strictObject({ done: Count, failed: Count, refused: Count.nullable() }),
  /** By kind of task, as the network names it. */
  kinds: z
    .array(
      z.strictObject({ intent: z.string().max(255), done: Count, failed: Count, tokensIn: Count, tokensOut: Count }),
    )
    .max(128),
  /** Null: what the computer draws is not set, or was not measured yet. */
  milliwattHours: Count.nullable(),
  watts: z.enum(['measured', 'estimated']).nullable(),
  /** What was booked for work on that day, and what of it was received when the card was made. */
  booked: z.array(Booked).max(64),
  received: z.array(Booked).max(64),
  signature: base64(64),
});
export type DayCard = z.infer<typeof DayCard>;

/** The same card as JSON and as text for people, which has the JSON below it. */
export const DayCardFiles = z.object({
  name: z.string(),
  json: z.string(),
  text: z.string(),
});

export const dayCardRequests = {
  /** Of the local day that a moment lies in. Makes the key of the operator where there is none yet; publishes nothing. */
  'earnings.dayCard': request(z.object({ at: Time.max(253_402_300_799_999) }), DayCardFiles),
};
