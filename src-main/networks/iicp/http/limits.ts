// Bounds on strangers at the task server. Sizes in bytes, times in milliseconds.

import { TIMEOUT_MS } from '../wire.ts';

const USUAL = {
  /** Room for pictures and sound that travel inline: what `networks.iicp.maxBodyMiB` is where it was not set. */
  body: 16 * 1024 * 1024,
  bodyMs: 30_000,
  /** All bodies being read or worked on, together. */
  bodiesTogether: 64 * 1024 * 1024,
  /** How long a sender that was refused may go on sending before it is cut off. */
  lingerMs: 5000,
  headersMs: 10_000,
  headerBytes: 16 * 1024,
  keepAliveMs: 65_000,
  /** The longest task and a little: until then silence means that the model is at work, afterwards that nobody reads. */
  silentMs: TIMEOUT_MS.most + 30_000,
  /** For the first bytes, which tell HTTP from native framing. */
  peekMs: 200,
  /** A native connection on which nothing happens. */
  nativeIdleMs: 120_000,
  connections: 1024,
  /** Connections of one caller, except this host: a tunnel or reverse proxy here brings everybody's. */
  perAddress: 64,
  /** Answers handed over that readers have yet to take, together; above it no more tasks are taken. */
  repliesTogether: 128 * 1024 * 1024,
  /** How long an answer may take to be sent once it is its turn. */
  sendMs: 120_000,
  /** What `stop` gives answers under way. */
  stopMs: 5000,
  /** Requests of one web page in a minute, and pages that are told apart. */
  perOrigin: 120,
  origins: 1000,
};

export type TaskServerLimits = Readonly<Record<keyof typeof USUAL, number>>;

/** `body`: the largest body of a task, where it is not the usual one. */
export function limitsFor(body: number = USUAL.body, others: Partial<TaskServerLimits> = {}): TaskServerLimits {
  // The largest body fits whatever its size, with small ones beside it: it is charged thrice.
  return { ...USUAL, body, bodiesTogether: Math.max(USUAL.bodiesTogether, 4 * body), ...others };
}
