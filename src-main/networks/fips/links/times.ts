// The times of links, milliseconds, as the official nodes have them: both ends count on them.

export const TICK_MS = 1000;

/** A message of a handshake goes again after one second, then after twice as long each time. */
export const RESEND_MS = 1000;
export const MOST_RESENDS = 5;
export const HANDSHAKE_MS = 30_000;

export const HEARTBEAT_MS = 10_000;
/** A neighbour that was silent for so long is gone. */
export const SILENT_MS = 30_000;
/** The same, where this computer has no way to it. */
export const UNREACHABLE_MS = 5000;
/** After this computer was away: a neighbour sends a heartbeat within ten seconds, and it may be a moment late. */
export const WAKE_MS = 12_000;
/** Above a heartbeat: only a link that misses one is given up for frames that cannot be opened. */
export const SUSPECT_MS = 15_000;
export const MOST_FORGED = 20;

export const REKEY_MS = 120_000;
export const REKEY_FRAMES = 2 ** 48;
/** No rekey of ours so soon after one of theirs, and a first message so soon after another is that one again. */
export const REKEY_PAUSE_MS = 30_000;
/** How long an answer waits for its first sealed frame before another first message may take its place. */
export const ANSWER_MS = 2000;
/** Frames with old keys are still taken. */
export const DRAIN_MS = 10_000;
