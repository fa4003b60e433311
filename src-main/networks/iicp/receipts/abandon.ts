// Gives up all receipts that wait: a directory gives what a node earned to that node alone, and this one takes another name. Handed
// in under the new name, one whose answer got lost would be awarded twice.

import type { Clock } from '../../../base/clock.ts';
import type { Claims } from '../../../payments/claims.ts';
import type { Committer } from '../../../storage/write.ts';
import { CREDIT } from './verdict.ts';

const AT_ONCE = 200;

/** Nothing must be handing them in meanwhile. Rejects where the disk does. */
export async function abandonReceipts({
  clock,
  claims,
  committer,
}: {
  readonly clock: Clock;
  readonly claims: Claims;
  readonly committer: Committer;
}): Promise<void> {
  for (;;) {
    const open = claims.olderThan(CREDIT.network, Number.MAX_SAFE_INTEGER, AT_ONCE);
    if (open.length === 0) return;
    const now = clock.now();
    await Promise.all(open.map((claim) => committer.commit(claims.failed(claim, CREDIT, 'new-identity', now))));
  }
}
