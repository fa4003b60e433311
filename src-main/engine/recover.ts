// After a crash each network is asked what became of the jobs and leases that were left open, before anything new is taken.

import type { Clock } from '../base/clock.ts';
import { HearthError } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { Network } from '../networks/network.ts';
import type { OpenJob, Work } from '../work/work.ts';
import { inTime } from './in-time.ts';

export interface RecoverDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly work: Pick<Work, 'recover'>;
  readonly networks: readonly Pick<Network, 'id' | 'recover'>[];
}

/** For an engine or a manager to say what it knows, before the node starts without its answer. */
const RECOVER_MS = 20_000;

/**
 * What its network does not answer for stays open with all it holds, for it may still run, and is asked about at the next start; an
 * answer that comes late still counts. Where no network is there that could know, it is interrupted.
 */
export async function recoverWork(deps: RecoverDeps): Promise<void> {
  const { work, networks } = deps;
  // Who has nothing open may owe something all the same.
  const nothing = networks.filter(({ recover }) => recover).map(({ id }): [string, readonly OpenJob[]] => [id, []]);
  const open = new Map([...nothing, ...(await work.recover())]);
  await Promise.all([...open].map(([id, jobs]) => recoverOne(deps, id, jobs, networks)));
}

async function recoverOne(
  { clock, logger }: RecoverDeps,
  id: string,
  open: readonly OpenJob[],
  networks: RecoverDeps['networks'],
): Promise<void> {
  const network = networks.find((each) => each.id === id);
  try {
    if (network?.recover) await inTime(clock, RECOVER_MS, network.recover(open), () => tooSlow(id));
    else for (const job of open) await job.ended({ state: 'interrupted', code: 'node-crashed' });
  } catch (error) {
    logger.error('a network could not tell what became of its open jobs', { network: id, error });
  }
}

function tooSlow(network: string): HearthError {
  return new HearthError({
    code: 'engine.recover-too-slow',
    category: 'unavailable',
    message: `The network ${network} did not say in time what became of its open jobs. Hearth starts without its answer.`,
    details: { network },
  });
}
