// The times of sessions, milliseconds, as the official nodes have them.

/** A session that carried nothing for so long is let go. */
export const IDLE_MS = 90_000;
/** The side that asked for new keys uses them so long after its last message. */
export const CUT_OVER_MS = 2000;
/** The other side uses them from the first packet that has them, or so long after that message: by then both have them for certain. */
export const TAKE_OVER_MS = 2 * CUT_OVER_MS;
/** Coordinates go to one destination at most so often by themselves. */
export const WARM_UP_MS = 2000;
/** Packets at the beginning that say where both ends stand, for the routers on the way. */
export const LOCATED_PACKETS = 5;
/** So many packets in a row that can't be opened ask for new keys. */
export const MOST_UNOPENED = 32;
export const MOST_QUEUED = 16;
export const MTU_NOTICE_MS = 10_000;
/** What no report can take this node below: no link has less. */
export const LEAST_MTU = 576;
