// What leases need of the rest: narrow, so that tests can put something between.

import type { Write } from '../../../storage/write.ts';
import type { NetworkWallet } from '../../../wallet/network-wallet.ts';
import type { RunningJob } from '../../../work/work.ts';
import type { BoxChoice } from '../../boxes.ts';
import type { NetworkHost } from '../../host.ts';
import type { DurableLease } from '../durable/store.ts';
import type { Seal } from '../seal.ts';
import type { OutsidePorts } from './outside.ts';
import type { Lease, LeaseStore } from './store.ts';

export type LeaseBoxes = Pick<
  BoxChoice,
  'needs' | 'create' | 'start' | 'stop' | 'remove' | 'status' | 'list' | 'answers'
>;

/** Leases of workloads that other providers were asked for, too: what `durable` decides of them. */
export interface SharedLeases {
  /** undefined: nobody else was. A place that was taken over is a lease like any other. */
  of(job: number): DurableLease | undefined;
  /** Whether others would notice in time if this provider went silent: what has standbys may be started for so long. */
  mayStartForMs(): number;
  /** It is in force. */
  began(job: number): void;
  /** It ends: from now on nobody but its lease touches its box. */
  ended(job: number): void;
  /** Committed with its end, when nothing of it is left. */
  parting(lease: Lease): readonly Write[];
}

/** What is held of leases for as long as this program runs, over new starts of the network. */
export interface HeldLeases {
  readonly running: Map<number, RunningJob>;
  /** Who looks after them now. */
  keeper: { evict(job: number): Promise<void> } | undefined;
}

export type LeaseEvent = 'lease-began' | 'lease-ended' | 'lease-failed' | 'refunded';

export interface LeaseDeps extends Pick<NetworkHost, 'clock' | 'random' | 'logger' | 'committer' | 'work' | 'slots'> {
  readonly held: HeldLeases;
  readonly store: LeaseStore;
  readonly wallet: NetworkWallet;
  readonly boxes: LeaseBoxes;
  readonly seal: Seal;
  readonly shared: SharedLeases;
  /** What customers reach this computer by, where its user has said so: a name or an address. */
  readonly address: () => string;
  readonly outside: OutsidePorts;
  readonly changed: () => void;
  /** What its owner may want to look up later. */
  readonly noted: (what: LeaseEvent) => void;
}

export const NETWORK = 'paygress';
