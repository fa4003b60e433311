// After a crash each network is asked what became of the jobs and leases that were left open, before anything new is taken.

import type { Logger } from '../base/logger.ts';
import type { Network } from '../networks/network.ts';
import type { Work } from '../work/work.ts';

export interface RecoverDeps {
  readonly logger: Logger;
  readonly work: Pick<Work, 'recover'>;
  readonly networks: readonly Pick<Network, 'id' | 'recover'>[];
}

/**
 * What its network does not answer for stays open with all it holds, for it may still run, and is asked about at the next start.
 * Where no network is there that could know, it is interrupted.
 */
export async function recoverWork({ logger, work, networks }: RecoverDeps): Promise<void> {
  for (const [id, open] of await work.recover()) {
    const network = networks.find((each) => each.id === id);
    try {
      if (network?.recover) await network.recover(open);
      else for (const job of open) await job.ended({ state: 'interrupted', code: 'node-crashed' });
    } catch (error) {
      logger.error('a network could not tell what became of its open jobs', { network: id, error });
    }
  }
}
