// After a crash each network is asked what became of the jobs and leases that were left open, before anything new is taken.

import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Network } from '../networks/network.ts';
import type { OpenJob, Work } from '../work/work.ts';

export interface RecoverDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly work: Pick<Work, 'recover'>;
  readonly networks: readonly Pick<Network, 'id' | 'recover'>[];
}

/** A manager that can't be reached, or a container engine that hangs, must not keep the node from starting. */
const ANSWER_MS = 30_000;

/**
 * All networks are asked at once. What one of them does not answer for stays open with all it holds, for it may still run, and is
 * asked about at the next start; an answer that comes late still counts. Where no network is there that could know, it is interrupted.
 */
export async function recoverWork(deps: RecoverDeps): Promise<void> {
  await Promise.all([...(await deps.work.recover())].map(([id, open]) => answered(deps, id, open)));
}

async function answered({ clock, logger, networks }: RecoverDeps, id: string, open: readonly OpenJob[]): Promise<void> {
  const network = networks.find((each) => each.id === id);
  const late = Promise.withResolvers<void>();
  const cancel = clock.after(ANSWER_MS, () => {
    logger.error('a network has not said in time what became of its open jobs', { network: id });
    late.resolve();
  });
  const asked = async () => {
    try {
      if (network?.recover) await network.recover(open);
      else for (const job of open) await job.ended({ state: 'interrupted', code: 'node-crashed' });
    } catch (error) {
      logger.error('a network could not tell what became of its open jobs', { network: id, error });
    }
  };
  await Promise.race([asked(), late.promise]);
  cancel();
}
