// The times of discovery, milliseconds, as the official nodes have them: both ends of an attempt count on them.

export const ADVERT_MS = 3_600_000;
export const ADVERT_REFRESH_MS = 1_800_000;
/** How long relays are asked for an advert that isn't known. */
export const ADVERT_ASK_MS = 2000;

export const SIGNAL_MS = 120_000;
/** Clocks of two nodes may differ by so much. */
export const SKEW_MS = 60_000;
/** An offer that was answered is known for so long. */
export const REPLAY_MS = 300_000;

/** For each of three steps of asking. */
export const STUN_MS = 2000;
export const PUNCH_DELAY_MS = 2000;
export const PUNCH_INTERVAL_MS = 200;
export const PUNCH_MS = 10_000;
/** Addresses in the same network are tried alone for so long. */
export const LOCAL_FIRST_MS = 900;

export const STREAK = 5;
export const COOLDOWN_MS = 1_800_000;
export const MISMATCH_COOLDOWN_MS = 86_400_000;
export const WARN_MS = 300_000;

export const SWEEP_DELAY_MS = 5000;
export const SWEEP_AGE_MS = 3_600_000;
