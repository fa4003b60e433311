// All that a network gets from the rest of the node. One that needs something else asks for it here, as a narrow interface.

import type { Database } from 'better-sqlite3';
import type { Reason } from '../../src-preload/contract/define.ts';
import type { SettingPath, SettingValue } from '../../src-preload/contract/settings/index.ts';
import type { AvailabilityAnswer } from '../availability/availability.ts';
import type { CountedConnection } from '../availability/data-use.ts';
import type { DailyWindow } from '../availability/windows.ts';
import type { Backends } from '../backends/pool.ts';
import type { Runner, RunnerJob } from '../backends/runners/runner.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import type { InboundMemory } from '../inbound/memory.ts';
import type { Claims } from '../payments/claims.ts';
import type { NetworkLedger } from '../payments/ledger.ts';
import type { InboundAddresses } from '../reachability/inbound.ts';
import type { Vault } from '../secrets/vault.ts';
import type { Committer } from '../storage/write.ts';
import type { NetworkBooks, NetworkWallet } from '../wallet/network-wallet.ts';
import type { Capacity } from '../work/capacity.ts';
import type { WorkStore } from '../work/store.ts';
import type { Work } from '../work/work.ts';
import type { BoxChoice } from './boxes.ts';

export interface NetworkHost {
  readonly clock: Clock;
  readonly random: Random;
  /** Its lines carry the network's id. */
  readonly logger: Logger;
  readonly committer: Committer;
  readonly read: Database;
  /** Its own settings, `networks.<id>.*` and `pricing.<id>.*`, and those of the whole node that bind every network. */
  readonly settings: HostSettings;
  /**
   * Sets some of its own settings for its user, such as from a file of an official program. Rejects with what the first refused one
   * rejects with.
   */
  readonly saveSettings: (values: ReadonlyMap<SettingPath, unknown>) => Promise<void>;
  /** Its own secrets, whose names begin with its id. */
  readonly vault: Vault;
  readonly availability: { answer(): AvailabilityAnswer; windows(): readonly DailyWindow[] };
  /** Counts what passes through a connection. */
  readonly dataUse: { watch(connection: CountedConnection): void };
  readonly slots: Capacity;
  readonly work: Work;
  readonly workStore: WorkStore;
  readonly claims: Claims;
  /** Books in the network's own name: writes that it commits, together with rows of its own. */
  readonly ledger: NetworkLedger;
  /** Ecash, for a network that is paid in it: loaded when a network opens it. */
  readonly wallet: NetworkWalletChoice;
  /** To be called when claims were settled: what is booked is heard of by itself. */
  readonly settled: () => void;
  /** The model servers on this computer, as far as their user lends them. */
  readonly models: ModelServers;
  /** How the outside gets in; undefined: only by an address that the user has set. */
  readonly inboundAddresses?: InboundAddresses | undefined;
  /** What all listeners of this node share for strangers. */
  readonly inboundMemory: InboundMemory;
  /** A folder for the files of its work; it may not be there yet. Nothing in it outlives this program, and no backup has it. */
  readonly workFolder: string;
  /** What the user has chosen to do leased jobs with. A network that uses it restarts for `backends.runners` and `backends.runnersHeld`. */
  readonly runners: RunnerChoice;
  /** Boxes for strangers, for a network that has the capability `boxes`. */
  readonly boxes: BoxChoice;
  /** A log file of its own, by default in the folder of the node's logs. */
  readonly lineFile: (file: LineFileOptions) => LineFile;
  /** The pages of this node in a browser, for a network that leads others to them by key. Rejects where it runs without. */
  readonly pages: () => Promise<OwnPages>;
  /** What it could not go on with by itself. */
  readonly fault: (error: unknown) => void;
  readonly version: string;
  /** It is all play: the other ends are on this computer, too. */
  readonly local: boolean;
  /** Whether it may send traces of its work to a collector that the user has named. */
  readonly traced: boolean;
  /** How often it says that it is there, where tests want another pace than its protocol's. */
  readonly beatMs?: number | undefined;
}

export interface OwnPages {
  /** `http://127.0.0.1:PORT`. */
  address(): string;
  /** Whoever has it is let in, once and within ten minutes, and may do there what the user may. */
  issueLink(): string;
}

export interface NetworkWalletChoice {
  /** Whether its user has made one: found out without loading it. */
  readonly exists: boolean;
  /** Its own part of it, at each start of the network, before anything else is asked of it. Rejects with NoWallet. */
  open(books: NetworkBooks): Promise<NetworkWallet>;
}

export interface RunnerChoice {
  /** Why there is none although some are set: a backup brought them, and the user has not said yes to them here. */
  held(): Reason | undefined;
  /** Sorted. */
  capabilities(): readonly string[];
  /** The runners, as they are set now. `logged`: what one has logged, when its job is over. */
  open(logged: (job: RunnerJob, lines: readonly string[]) => void): Promise<OpenRunners>;
}

export interface OpenRunners {
  readonly all: readonly Runner[];
  /** Before the first job: ends what an earlier run left in the work folder and beside it. Never rejects. */
  sweep(signal: AbortSignal): Promise<void>;
}

export interface HostSettings {
  get<P extends SettingPath>(path: P): SettingValue<P>;
  /** Whether its user has set it. */
  isSet(path: SettingPath): boolean;
  /** Returns its off. */
  onChange(listener: (path: SettingPath) => void): () => void;
}

export type ModelServers = Pick<
  Backends,
  'stability' | 'choose' | 'infer' | 'barred' | 'offered' | 'kinds' | 'kindOf' | 'onOffer' | 'checking'
>;

/** A file of lines that turns over by size. Takes what it is given at once, never throws, and drops what the disk does not take. */
export interface LineFile {
  write(line: string): void;
  close(): Promise<void>;
}

export interface LineFileOptions {
  readonly name: string;
  /** The line that says how many could not be written, once one can be again. */
  readonly lost: (count: number) => string;
  /** Another folder than the node's own. */
  readonly dir?: string | undefined;
}
