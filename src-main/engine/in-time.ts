// What networks do at the node's request is waited for no longer than the node itself can wait: one that never answers holds up no
// start, no end and no other network.

import type { Clock } from '../base/clock.ts';
import { HearthError } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { Departure, Network } from '../networks/network.ts';

/** Rejects with `late()` when the time is over; `work` goes on by itself. */
export function inTime<T>(clock: Clock, ms: number, work: Promise<T>, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => reject(late()));
    work.then(resolve, reject).finally(cancel);
  });
}

/** For its own work to end, and for its peers to hear of it. */
export const LEAVE_MS = 45_000;
/** With all of the node: its work has ended by then, and the system that asked for the end does not wait for long. */
export const LAST_LEAVE_MS = 15_000;

/** Never rejects: the network is stopped afterwards, whatever came of it. */
export async function leaveInTime(
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
  network: Pick<Network, 'name' | 'leave'>,
  departure: Departure,
  ms: number = LEAVE_MS,
): Promise<void> {
  try {
    await inTime(clock, ms, network.leave(departure), () => tooSlow(network.name));
  } catch (error) {
    logger.error('a network could not be left in good order', { network: network.name, error });
  }
}

function tooSlow(part: string): HearthError {
  return new HearthError({
    code: 'engine.leave-too-slow',
    category: 'unavailable',
    message: `The part "${part}" did not leave in time. It is stopped now.`,
    details: { part },
  });
}
