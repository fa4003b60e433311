// The life of work put together: what the computer lends, who holds it, what ends how, and how long it was open for work.

import type { Database } from 'better-sqlite3';
import type { Availability } from '../availability/availability.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Ledger } from '../payments/ledger.ts';
import type { Settings } from '../settings/settings.ts';
import type { Committer } from '../storage/write.ts';
import { Capacity } from '../work/capacity.ts';
import { Refusals } from '../work/refusals.ts';
import { NOTHING, type Resources } from '../work/resources.ts';
import { WorkStore } from '../work/store.ts';
import { Uptime } from '../work/uptime.ts';
import { Work } from '../work/work.ts';
import { lending, thisMachine } from './lent.ts';

export interface WorkingDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly committer: Committer;
  readonly read: Database;
  readonly settings: Settings;
  readonly availability: Availability;
  readonly ledger: Ledger;
  /** Whether a network is joined, and whether one of those can send work now. */
  /** What boxes may have of an engine elsewhere. */
  readonly elsewhere: () => Resources;
  readonly networks: () => { readonly joined: boolean; readonly ready: boolean };
}

export function openWorking(deps: WorkingDeps, { dataDir }: { readonly dataDir: string }) {
  const { clock, read, settings, availability, ledger } = deps;
  const own = { ...deps, logger: deps.logger.child('work') };
  const answer = () => availability.answer();
  const store = new WorkStore(read);
  const lends = lending({ settings, answer, machine: thisMachine(dataDir) });
  const capacity = new Capacity({
    clock,
    ...lends,
    // Who shares nothing now sells nothing there either.
    elsewhere: () => (answer().accepting ? deps.elsewhere() : NOTHING),
    longestOffer: () => availability.longestOffer(),
  });
  const refusals = new Refusals(own);
  const handBack = () => settings.get('capacity.pausedJobs') === 'hand-back';
  const work = new Work({ ...own, store, ledger, refusals, capacity, handBack });
  const uptime = new Uptime({
    ...own,
    now: () => {
      const { joined, ready } = deps.networks();
      const open = answer().accepting;
      return { joined, open, ready: open && ready, busy: work.running > 0 };
    },
  });
  return { workStore: store, capacity, lends: lends.lends, refusals, work, uptime };
}
