// Asks a network to end its work. A network that makes a mistake there must not keep the others' work from ending, nor the program.

import type { Logger } from '../base/logger.ts';
import { NotALease } from './errors.ts';
import type { Live } from './work.ts';

/**
 * Ends a lease with a refund. A second request while that is under way, such as the end of the program after a click, waits for the same
 * one: a customer is paid back once. One that failed can be asked for again.
 */
export function endWithRefund(live: Live): Promise<void> {
  const { lease } = live.handlers ?? {};
  if (!lease) return Promise.reject(new NotALease());
  if (live.refunding) return live.refunding;
  const refund = (async () => lease.endWithRefund())();
  const over = () => {
    live.refunding = undefined;
  };
  live.refunding = refund;
  refund.then(over, over);
  return refund;
}

/** What a network says of its work; `unknown` where it throws. */
export function asked<T>(logger: Logger, { job }: Live, ask: () => T, unknown: T): T {
  try {
    return ask();
  } catch (error) {
    logger.error('a network made a mistake with its work', { job: job.id, network: job.network, error });
    return unknown;
  }
}
