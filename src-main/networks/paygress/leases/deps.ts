// What leases need of the rest: narrow, so that tests can put something between.

import type { WorkloadBackend } from '../../../backends/workloads/backend.ts';
import type { NetworkWallet } from '../../../wallet/network-wallet.ts';
import type { RunningJob } from '../../../work/work.ts';
import type { NetworkHost } from '../../host.ts';
import type { Seal } from '../seal.ts';
import type { LeaseStore } from './store.ts';

export type LeaseBoxes = Pick<WorkloadBackend, 'needs' | 'create' | 'start' | 'remove' | 'status' | 'list' | 'answers'>;

/** What is held of leases for as long as this program runs, over new starts of the network. */
export interface HeldLeases {
  readonly running: Map<number, RunningJob>;
  /** Who looks after them now. */
  keeper: { evict(job: number): Promise<void> } | undefined;
}

export interface LeaseDeps extends Pick<NetworkHost, 'clock' | 'random' | 'logger' | 'committer' | 'work' | 'slots'> {
  readonly held: HeldLeases;
  readonly store: LeaseStore;
  readonly wallet: NetworkWallet;
  readonly boxes: LeaseBoxes;
  readonly seal: Seal;
  /** What customers reach this computer by: a name or an address. */
  readonly address: () => string;
  readonly changed: () => void;
}

export const NETWORK = 'paygress';
