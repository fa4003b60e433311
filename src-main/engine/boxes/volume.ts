// What a box has moved in its present thirty days, where its engine has no limit for that and Hearth has to cut it off. Pure.

export interface Volume {
  /** When these thirty days began, epoch ms. */
  readonly since: number;
  /** Sent and received together. */
  readonly bytes: number;
}

export const PERIOD_MS = 30 * 24 * 3_600_000;

/** `moved`, in bytes, since it was last looked at: over the end of a period it counts into the new one. Undefined before the first look. */
export function volumeAfter(before: Volume | undefined, moved: number, now: number): Volume {
  if (!before) return { since: now, bytes: moved };
  // A clock that was put back makes no period longer.
  if (now < before.since) return { since: now, bytes: before.bytes + moved };
  const over = Math.floor((now - before.since) / PERIOD_MS);
  return over === 0
    ? { since: before.since, bytes: before.bytes + moved }
    : { since: before.since + over * PERIOD_MS, bytes: moved };
}

/** `most`, in bytes; null: as much as its rate lets through. A period that is over holds nobody, though its box could not be read since. */
export function isUsedUp(volume: Volume | undefined, most: number | null, now: number): boolean {
  return volume !== undefined && most !== null && volumeAfter(volume, 0, now).bytes > most;
}
