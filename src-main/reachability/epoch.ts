// A router counts the seconds since it lost its state. From two of its counts and our own time between them follows whether it
// lost its state again, and every mapping with it.

export interface EpochSeen {
  /** Seconds, as the router said. */
  readonly epoch: number;
  /** `Clock.monotonic()` when it said so. That clock may stand still in suspend: forget what was seen before one. */
  readonly at: number;
}

/** RFC 6887 8.5: both clocks may be off by two seconds and run a sixteenth faster or slower. */
export function pcpStateLost(before: EpochSeen, now: EpochSeen): boolean {
  if (now.epoch + 1 < before.epoch) return true;
  const ours = Math.max(0, now.at - before.at) / 1000;
  const theirs = now.epoch - before.epoch;
  return ours + 2 < theirs - theirs / 16 || theirs + 2 < ours - ours / 16;
}

/** RFC 6886 3.6: lost when the count is behind seven eighths of our time by more than two seconds. */
export function natPmpStateLost(before: EpochSeen, now: EpochSeen): boolean {
  const ours = Math.max(0, now.at - before.at) / 1000;
  return now.epoch < before.epoch + (7 / 8) * ours - 2;
}
