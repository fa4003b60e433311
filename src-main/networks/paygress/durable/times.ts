// When who may run a workload that has standbys. One rule stands behind all of it: the primary's box has stopped before any standby may
// start one. A standby starts no earlier than `silence` after it has seen the newest heartbeat. So a primary whose heartbeats no longer
// reach a majority of the relays has stopped its box by then: `fence` after it signed the last one that did, with `stopping` to spare.
// Every look and every word that counts is with a majority of the same relays, so that of two who act, one sees the other.

const SECOND = 1000;

export const DURABLE = {
  heartbeatMs: 60 * SECOND,
  /** Of a primary: from now on a heartbeat is sent at each tick. */
  suspectMs: 120 * SECOND,
  /** The official provider waits for 420 s, in which its standbys, who start after 180 s, run a second copy. */
  fenceMs: 140 * SECOND,
  /** What a box may take to stop, with the tick at which it is noticed. */
  stoppingMs: 40 * SECOND,
  /** As the official provider has it: exactly so much is silence. */
  silenceMs: 180 * SECOND,
  tickMs: 15 * SECOND,
  /** For each standby before this one. */
  backoffMs: 30 * SECOND,
  /** Between a claim that a majority has and the look at those of others. */
  claimMs: 5 * SECOND,
  /** Until the next look, after one that showed too little. */
  lookAgainMs: 15 * SECOND,
  /** A look that was not answered at all. */
  lookLostMs: 60 * SECOND,
  /** A box that ran for so long has its attempts back. */
  steadyMs: 600 * SECOND,
  respawnMs: [5 * SECOND, 30 * SECOND, 120 * SECOND],
  /** Boxes that a standby fails to start. */
  mostStarts: 3,
} as const;

/** So many of them have one in common with as many others. Of fewer than two relays no workload with standbys is taken. */
export const majority = (relays: number): number => Math.max(2, Math.floor(relays / 2) + 1);

/** From the primary's last heartbeat until a standby starts its box, at most, where a majority of the relays is there. */
export const takeoverMs = (index: number): number => DURABLE.silenceMs + index * DURABLE.backoffMs + ONE_TAKEOVER_MS;
/** Until the next tick three times, and for two looks and a claim. */
const ONE_TAKEOVER_MS = 120 * SECOND;

/**
 * Since a majority of the relays last took a heartbeat, counted from when it was signed. `agesMs`: of the newest that each relay took, by
 * a clock that does not stand still while the computer sleeps.
 */
export function quorumAgeMs(agesMs: readonly number[], relays: number): number {
  return [...agesMs].sort((a, b) => a - b)[majority(relays) - 1] ?? Number.POSITIVE_INFINITY;
}
