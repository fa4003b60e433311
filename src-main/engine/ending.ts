// How a node ends, in order: nothing new is taken, what runs may end, the networks are left, the parts stop, the database closes
// last. Removing the node is the same end, with its files gone before the folder's lock.

import type { Output, ParsedInput } from '../../src-preload/contract/index.ts';
import type { RemovalView } from '../../src-preload/contract/removal.ts';
import type { Availability } from '../availability/availability.ts';
import type { IdleHistory } from '../availability/idle-history.ts';
import type { Backups } from '../backup/backups.ts';
import type { Clock } from '../base/clock.ts';
import { HearthError } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { Departure, Network } from '../networks/network.ts';
import type { Settings } from '../settings/settings.ts';
import { assertGivenUp } from '../wallet/held.ts';
import type { Work } from '../work/work.ts';
import type { Audit } from './audit.ts';
import type { BoxesRemoved } from './boxes/removal.ts';
import type { DiskWatch } from './disk-watch.ts';
import { inTime, LAST_LEAVE_MS, leaveInTime } from './in-time.ts';
import type { JobRehearsals } from './job-rehearsal.ts';
import type { NetworkRestarts } from './network-restarts.ts';
import type { State } from './open-state.ts';
import { remember } from './prior-run.ts';
import type { Rehearsal } from './rehearsal.ts';
import { removeFiles, removeLock, whatThereIs } from './removal.ts';
import type { Slices } from './slices.ts';
import type { Supervisor } from './supervisor.ts';

export interface EndingDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: Pick<Settings, 'set'>;
  readonly availability: Pick<Availability, 'drain'>;
  readonly idleHistory: Pick<IdleHistory, 'forget'>;
  readonly work: Pick<Work, 'conclude' | 'leases' | 'endLease'>;
  /** Takes away all boxes of strangers, and what they were made of, at the end of a removal. */
  readonly removeBoxes: () => Promise<BoxesRemoved>;
  /** What the wallet holds. */
  readonly walletSat: () => number;
  readonly rehearsal: Pick<Rehearsal, 'stop'>;
  readonly jobRehearsals: Pick<JobRehearsals, 'stop'>;
  readonly backups: Pick<Backups, 'stop' | 'view'>;
  readonly audit: Pick<Audit, 'stop'>;
  readonly networks: readonly Pick<Network, 'name' | 'leave'>[];
  readonly restarts: Pick<NetworkRestarts, 'settled'>;
  readonly disk: Pick<DiskWatch, 'rest' | 'stop'>;
  readonly supervisor: Pick<Supervisor, 'stop'>;
  readonly slices: Pick<Slices, 'touch' | 'flush'>;
  readonly state: Pick<State, 'close'>;
  /** What no longer needs to be heard once all parts have stopped. */
  readonly deafen: () => void;
  /** Everything was removed, as it was asked for. */
  readonly ended: () => void;
}

export interface EndingOptions {
  readonly dataDir: string;
  readonly known?: string | undefined;
  readonly drainMs?: number | undefined;
}

const DRAIN_MS = 30_000;
const DRAIN_GRACE_MS = 2000;
/** For boxes to end and for refunds to be made. */
const REFUND_MS = 30_000;

/** What else is done while the node ends. */
interface Removal {
  /** All parts have stopped. */
  readonly stopped: () => Promise<void>;
  /** All of the folder is closed but its lock. */
  readonly locked: () => void;
}

export class Ending {
  readonly #deps: EndingDeps;
  readonly #options: EndingOptions;
  #stopping: Promise<void> | undefined;
  #removed = false;

  constructor(deps: EndingDeps, options: EndingOptions) {
    this.#deps = deps;
    this.#options = options;
  }

  /** Throws where everything was removed: there is nothing left to ask. */
  assertThere(): void {
    if (this.#removed) throw gone();
  }

  drain(): void {
    this.#deps.availability.drain();
    this.#deps.slices.touch('node');
  }

  /** Only the first call decides. */
  stop(departure: Departure, drainMs = this.#options.drainMs ?? DRAIN_MS): Promise<void> {
    this.#stopping ??= this.#shutDown(drainMs, departure);
    return this.#stopping;
  }

  /** What a removal would take away. */
  removable(): Output<'removal.get'> {
    return { ...whatThereIs(this.#options), walletSat: this.#deps.walletSat() };
  }

  /**
   * The last that this engine does, and the last that is left to do: its owner hears of the end. Rejects with WalletHolds where the keys go
   * and the wallet holds what its user has not given up.
   */
  async remove({ keepKeys, giveUp }: ParsedInput<'removal.run'>): Promise<RemovalView> {
    if (this.#stopping) throw gone();
    if (!keepKeys) assertGivenUp(this.#deps.walletSat(), giveUp);
    const { settings, idleHistory, logger, ended } = this.#deps;
    const options = this.#options;
    // The desktop app sees to it while the node leaves. A disk that takes nothing more is no reason to stay.
    await settings.set('desktop.openAtLogin', false).catch(() => undefined);
    // It is in the database, which may stay for the identity and the earnings in it.
    await idleHistory
      .forget()
      .catch((error: unknown) => logger.warn('what was learned could not be removed', { error }));
    let left = whatThereIs(options);
    // As long as nothing else was heard.
    let boxes: BoxesRemoved = { boxesLeft: true, remains: [] };
    this.#stopping = this.#refundLeases().then(() =>
      this.#shutDown(options.drainMs ?? DRAIN_MS, 'leave', {
        stopped: async () => {
          boxes = await this.#deps.removeBoxes();
        },
        locked: () => {
          left = removeFiles(options, { keepKeys, ...boxes });
        },
      }),
    );
    await this.#stopping;
    removeLock(options.dataDir);
    this.#removed = true;
    setImmediate(ended);
    return left;
  }

  /** So that this folder, once it is gone, is missed. */
  rememberFolder(): void {
    const { backups, logger } = this.#deps;
    const { known, dataDir } = this.#options;
    if (known === undefined || !backups.view().needed) return;
    try {
      remember(known, dataDir);
    } catch (error) {
      logger.warn('the list of data folders could not be written', { error });
    }
  }

  /** What is sold goes on without this program, but not without this node. */
  async #refundLeases(): Promise<void> {
    const { clock, work } = this.#deps;
    this.drain();
    const ended = Promise.allSettled(work.leases().map(({ id }) => work.endLease(id)));
    await this.#tried('leases could not be ended in time', () => inTime(clock, REFUND_MS, ended, gone));
  }

  async #shutDown(drainMs: number, departure: Departure, removal?: Removal): Promise<void> {
    const {
      rehearsal,
      jobRehearsals,
      backups,
      audit,
      work,
      restarts,
      networks,
      disk,
      supervisor,
      deafen,
      slices,
      state,
    } = this.#deps;
    await Promise.all([rehearsal.stop(), jobRehearsals.stop(), backups.stop(), audit.stop()]);
    this.drain();
    await this.#tried('what runs could not be ended', () => work.conclude('quit', drainMs, DRAIN_GRACE_MS));
    await restarts.settled();
    await Promise.all(networks.map((network) => leaveInTime(this.#deps, network, departure, LAST_LEAVE_MS)));
    disk.rest();
    await supervisor.stop();
    if (removal) await this.#tried('boxes could not be removed', removal.stopped);
    this.rememberFolder();
    deafen();
    disk.stop();
    slices.flush();
    await state.close(removal?.locked);
  }

  /** What fails must not keep the rest from ending, nor the database open. */
  async #tried(failed: string, end: () => Promise<unknown>): Promise<void> {
    try {
      await end();
    } catch (error) {
      this.#deps.logger.error(failed, { error });
    }
  }
}

function gone(): HearthError {
  return new HearthError({
    code: 'engine.gone',
    category: 'cancelled',
    message: 'This node is stopping or was removed from this computer.',
  });
}
