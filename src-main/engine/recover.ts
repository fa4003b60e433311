// After a crash each network is asked what became of the jobs and leases that were left open, before anything new is taken.

import type { Logger } from '../base/logger.ts';
import type { Network } from '../networks/network.ts';
import type { OpenJob, Work } from '../work/work.ts';

export interface RecoverDeps {
  readonly logger: Logger;
  readonly work: Pick<Work, 'recover'>;
  readonly networks: readonly Pick<Network, 'id' | 'recover'>[];
}

/** What no network can tell of is interrupted: its resources are not held for ever. Resolves when that is on disk. */
export async function recoverWork({ logger, work, networks }: RecoverDeps): Promise<void> {
  for (const [id, open] of await work.recover()) {
    const told = new Set<number>();
    const jobs = open.map((job) => remembering(job, () => told.add(job.id)));
    try {
      await networks.find((network) => network.id === id)?.recover?.(jobs);
    } catch (error) {
      logger.error('a network could not tell what became of its open jobs', { network: id, error });
    }
    for (const job of open) {
      if (!told.has(job.id)) await job.ended({ state: 'interrupted', code: 'node-crashed' });
    }
  }
}

function remembering(job: OpenJob, note: () => void): OpenJob {
  return {
    ...job,
    ended: async (ending) => {
      note();
      await job.ended(ending);
    },
    adopted: (handlers) => {
      note();
      return job.adopted(handlers);
    },
  };
}
