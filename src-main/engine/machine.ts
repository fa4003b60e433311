// What this computer has, what bounds the work on it, and what the data folder takes up, with a line for each request.

import type { Database } from 'better-sqlite3';
import type { Handlers } from '../../src-preload/contract/index.ts';
import type { Availability } from '../availability/availability.ts';
import type { Sensors } from '../availability/sensors/sensor.ts';
import type { Backends } from '../backends/pool.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Settings } from '../settings/settings.ts';
import type { Committer } from '../storage/write.ts';
import type { Capacity } from '../work/capacity.ts';
import type { Resources } from '../work/resources.ts';
import { Retention } from '../work/retention.ts';
import { Speed } from '../work/speed.ts';
import type { Uptime } from '../work/uptime.ts';
import type { Accounting } from './accounting.ts';
import { Figures } from './figures.ts';
import { Hardware, surroundings } from './hardware/hardware.ts';
import { limitsOf } from './limits.ts';
import { Storage } from './storage-view.ts';

export interface MachineDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly committer: Committer;
  readonly read: Database;
  readonly settings: Pick<Settings, 'get'>;
  readonly accounting: Accounting;
  readonly slots: Pick<Capacity, 'active' | 'waiting' | 'held'>;
  /** What the user lends of this computer but for tasks at once. */
  readonly lends: () => Omit<Resources, 'slots'>;
  readonly uptime: Uptime;
  readonly sensors: Sensors;
  readonly availability: Pick<Availability, 'answer'>;
  readonly backends: Pick<Backends, 'views'>;
}

export interface Machine {
  readonly hardware: Pick<Hardware, 'view'>;
  readonly figures: Pick<Figures, 'view'>;
  readonly storage: Pick<Storage, 'view'>;
  readonly retention: Retention;
  readonly limits: () => ReturnType<typeof limitsOf>;
}

export function openMachine(deps: MachineDeps, dataDir: string): Machine {
  const { clock, logger, committer, read, settings, accounting, slots, uptime, sensors, availability, backends } = deps;
  const storage = new Storage(
    {
      clock,
      read,
      tasks: async () => (await accounting.history.count({})).count,
      entries: () => accounting.rows.newest(),
      pruning: () => retention.view(),
      budgetMegabytes: () => settings.get('storage.megabytes'),
    },
    dataDir,
  );
  const retention = new Retention({
    clock,
    logger: logger.child('work'),
    committer,
    read,
    keepDays: () => settings.get('storage.keepDays'),
    overBudget: () => storage.overBudget(),
  });
  return {
    hardware: new Hardware({ clock, around: surroundings() }, dataDir),
    figures: new Figures({
      clock,
      slots,
      speed: new Speed(read),
      uptime,
      series: accounting.series,
      grid: () => settings.get('availability.grid'),
      sensors,
    }),
    storage,
    retention,
    limits: () =>
      limitsOf({
        now: clock.now(),
        answer: availability.answer(),
        active: slots.active,
        backends: backends.views(),
        lends: deps.lends(),
        held: slots.held(),
        elsewhere: slots.held({ elsewhere: true }),
      }),
  };
}

export function createMachineHandlers(deps: { readonly machine: Machine }) {
  return {
    'figures.get': () => deps.machine.figures.view(),
    'hardware.get': () => deps.machine.hardware.view(),
    'limits.get': () => deps.machine.limits(),
    'storage.get': () => deps.machine.storage.view(),
  } satisfies Partial<Handlers>;
}
