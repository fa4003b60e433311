// What an engine is made of and what it can do, for its owner.

import type { RuleId } from '../../src-preload/contract/availability.ts';
import type { RequestName } from '../../src-preload/contract/names.ts';
import type { NetworkId } from '../../src-preload/contract/networks/index.ts';
import type { NodeView } from '../../src-preload/contract/node.ts';
import type { Sensors } from '../availability/sensors/sensor.ts';
import type { Backends } from '../backends/pool.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import type { NetworkHost } from '../networks/host.ts';
import type { Departure } from '../networks/network.ts';
import type { Keychain } from '../secrets/keychain-holder.ts';
import type { Opener } from './boxes/opener.ts';
import type { DesktopSide } from './desktop-side.ts';
import type { SliceName, Slices } from './slices.ts';

export interface EngineOptions {
  readonly dataDir: string;
  readonly mode: NodeView['mode'];
  readonly practice: boolean;
  readonly logLevel: string;
  /** Look for model servers at the usual local addresses. */
  readonly autoDetect: boolean;
  /** Asked once at the start when the data folder's key is under a passphrase. */
  readonly passphrase?: (() => Promise<string>) | undefined;
  /** The desktop app around the engine, and its keychain. */
  readonly desktop?: DesktopSide;
  readonly keychain?: Keychain;
  /** Its pages in a browser; left out, it has none. */
  readonly pages?: NetworkHost['pages'];
  readonly clock?: Clock;
  readonly random?: Random;
  /** In place of what the engine can read of the system by itself, e.g. what Electron knows better. */
  readonly sensors?: Partial<Sensors>;
  /** How long running tasks are waited for at stop, milliseconds. */
  readonly drainMs?: number;
  /** In place of the engine of this computer that makes boxes. */
  readonly open?: Opener;
  /** For tests: heartbeat interval, milliseconds. */
  readonly beatMs?: number;
  /** In place of model servers of its own, for a node that only rehearses; started and stopped by their maker. */
  readonly rehearsing?: Backends;
  /** The user's list of folders that nodes live in, and whether a new one may begin where one was lost; see prior-run.ts. */
  readonly known?: string | undefined;
  readonly anew?: boolean;
  /** Called when a backup waits to be put back: stop, compose anew, start. */
  readonly renew?: () => void;
}

export interface StopOptions {
  /** In place of the usual time for running tasks, milliseconds. */
  readonly drainMs?: number | undefined;
  /** Whether its user has stopped it; `restart`, where it is left out: whatever stops it, it is expected back. */
  readonly departure?: Exclude<Departure, 'leave'>;
}

export interface Engine {
  readonly logger: Logger;
  readonly dataDir: string;
  /** Input must have passed the contract. */
  handle(name: RequestName, input: unknown): Promise<unknown>;
  /** Slices that changed, many times a second when busy; `take` makes the newest. Returns its off. */
  onChange(listener: (name: SliceName) => void): () => void;
  take: Slices['take'];
  /** The desktop tells of something that rules look at, such as a plug pulled: these, or all, are read at once. */
  look(...rules: readonly RuleId[]): void;
  /** Around the sleep of the computer: before it nothing new is taken, after it all rules are read and networks notified. */
  suspend(on: boolean): void;
  /** The user is at the computer again: what may have changed meanwhile is looked at now. */
  unlocked(): void;
  /** A version that was just installed takes nothing before it has proven itself, about then; null: it has. */
  trial(until: number | null): void;
  /** Whether the line costs by volume, read now; undefined where the system does not tell. */
  metered(): Promise<boolean | undefined>;
  /** Opens the pages of another Hearth by one of its networks; the link. Rejects where that network leads to none. */
  visit(id: NetworkId, node: string): Promise<string>;
  /** Takes nothing new from now on, as the beginning of an end: there is no way back but a new start. */
  drain(): void;
  /** Everything was removed, as it was asked for: the owner should stop and end. Returns its off. */
  onEnded(listener: () => void): () => void;
  /** Something without which nothing can go on, e.g. the disk's writer died. The owner should stop. Returns its off. */
  onFatal(listener: (error: Error) => void): () => void;
  start(): Promise<void>;
  /** Stops taking tasks, lets running ones end (bounded), leaves the networks, closes the database last. Only the first call decides. */
  stop(options?: StopOptions): Promise<void>;
}
