// One line a request. Input has passed the contract when it comes here, output is parsed by it on the way out.

import type { Database } from 'better-sqlite3';
import type { Handlers } from '../../src-preload/contract/index.ts';
import type { RequestName } from '../../src-preload/contract/names.ts';
import type { Availability } from '../availability/availability.ts';
import type { IdleHistory } from '../availability/idle-history.ts';
import type { Release } from '../availability/release.ts';
import type { Backends } from '../backends/pool.ts';
import type { Clock } from '../base/clock.ts';
import type { Reachability } from '../reachability/reachability.ts';
import type { Secrets } from '../secrets/secrets.ts';
import type { Settings } from '../settings/settings.ts';
import type { Work } from '../work/work.ts';
import { type Accounting, createAccountingHandlers } from './accounting.ts';
import { type BoxHandlerDeps, createBoxHandlers } from './boxes/handlers.ts';
import { dayCardFiles } from './day-card.ts';
import { type DesktopSide, desktopOf } from './desktop-side.ts';
import { type DiagnosticsDeps, diagnose } from './diagnostics.ts';
import { createMachineHandlers, type Machine } from './machine.ts';
import type { MemoryPressure } from './memory-pressure.ts';
import { createNetworkHandlers, type NetworkHandlerDeps, signerOf } from './network-handlers.ts';
import type { Rehearsal } from './rehearsal.ts';
import type { RunnersPart } from './runners.ts';
import type { Slices } from './slices.ts';
import { createUpkeepHandlers, type UpkeepDeps } from './upkeep.ts';
import { createWalletHandlers, type WalletPart } from './wallet.ts';

export interface HandlerDeps extends Omit<UpkeepDeps, 'diagnose'>, NetworkHandlerDeps, BoxHandlerDeps {
  readonly slices: Slices;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly availability: Availability;
  readonly release: Pick<Release, 'run'>;
  readonly memoryPressure: Pick<MemoryPressure, 'loading'>;
  readonly idleHistory: Pick<IdleHistory, 'forget'>;
  readonly accounting: Accounting;
  readonly machine: Machine;
  readonly work: Pick<Work, 'leases' | 'endLease'>;
  readonly backends: Pick<Backends, 'detect' | 'tried' | 'load' | 'unload'>;
  readonly runners: Pick<RunnersPart, 'check' | 'try' | 'pull' | 'end'>;
  readonly rehearsal: Pick<Rehearsal, 'run'>;
  readonly reachability: Pick<Reachability, 'test' | 'routerTitle' | 'log' | 'report'>;
  readonly tryInbound: (on: boolean) => Promise<void>;
  readonly wallet: Pick<WalletPart, 'get' | 'exists'>;
  readonly desktop: DesktopSide | undefined;
  readonly secrets: Pick<Secrets, 'changeHolder'> & DiagnosticsDeps['secrets'];
  readonly read: Database;
  readonly dataDir: string;
}

export function createHandlers(deps: HandlerDeps) {
  const { slices, settings, backends, rehearsal, availability } = deps;
  const ask = (name: RequestName, input: unknown) => all[name](input);
  const sqliteVersion = () => String(deps.read.prepare('SELECT sqlite_version()').pluck().get());
  const calendars = () => import('../availability/calendar.ts');
  const handlers = {
    'node.get': () => slices.take('node'),
    'node.pause': async () => {
      await settings.set('node.sharing', false);
      return slices.take('node');
    },
    'node.resume': async () => {
      await availability.resume();
      return slices.take('node');
    },
    'availability.get': () => {
      availability.freshen();
      return slices.take('availability');
    },
    'availability.readable': async () => ({ unreadable: [...(await availability.unreadable())] }),
    'availability.pause': async (input) => {
      await availability.pause('for' in input ? input.for : input.until);
      return slices.take('availability');
    },
    'availability.resume': async () => {
      await availability.resume();
      return slices.take('availability');
    },
    'availability.release': () => deps.release.run(settings.get('availability.finishSeconds') * 1000),
    'availability.forget': async () => {
      await deps.idleHistory.forget();
      return slices.take('availability');
    },
    'availability.exportCalendar': async () => {
      const text = (await calendars()).toCalendar(settings.get('availability.grid'), deps.clock.now());
      return { fileName: 'hearth-availability.ics', text };
    },
    'availability.importCalendar': async ({ text, outside }) => {
      const { fromCalendar } = await calendars();
      const imported = fromCalendar(text, outside ?? settings.get('availability.grid')?.outside);
      await settings.set('availability.grid', imported.grid);
      return imported;
    },
    'backends.get': () => slices.take('backends'),
    'backends.detect': async () => {
      await backends.detect();
      return slices.take('backends');
    },
    'backends.tried': () => backends.tried,
    'backends.load': async ({ backend, model }) => {
      deps.memoryPressure.loading(backend, model);
      return { tookMs: await backends.load(backend, model) };
    },
    'backends.unload': async ({ backend, model }) => ({ tookMs: await backends.unload(backend, model) }),
    'runners.get': () => slices.take('runners'),
    'runners.check': () => deps.runners.check(),
    'runners.try': ({ capability }) => deps.runners.try(capability),
    'runners.pull': ({ capability }) => deps.runners.pull(capability),
    'runners.stop': async () => {
      await deps.runners.end();
      return undefined;
    },
    ...createBoxHandlers(deps),
    'rehearsal.get': () => slices.take('rehearsal'),
    'rehearsal.run': ({ model }) => rehearsal.run(model),
    'work.get': () => slices.take('work'),
    'work.leases': () => deps.work.leases(),
    'work.endLease': async ({ id }) => {
      await deps.work.endLease(id);
      return undefined;
    },
    ...createAccountingHandlers(deps),
    'earnings.dayCard': async ({ at }) => {
      const signer = await signerOf(deps.networks, (id) => settings.get(`networks.${id}.enabled`));
      slices.touch('backup');
      const refusedToday = slices.take('work').value.today.refused;
      return dayCardFiles({ ...deps, signer, refusedToday }, at);
    },
    'earnings.get': () => slices.take('earnings'),
    ...createNetworkHandlers(deps),
    ...createWalletHandlers(deps),
    'reachability.get': () => slices.take('reachability'),
    'reachability.test': async () => {
      await deps.reachability.test();
      return slices.take('reachability');
    },
    'reachability.try': async ({ on }) => {
      await deps.tryInbound(on);
      return slices.take('reachability');
    },
    'reachability.routerTitle': async () => ({ title: await deps.reachability.routerTitle() }),
    'reachability.log': () => deps.reachability.log(),
    'reachability.report': ({ addresses }) => ({ text: deps.reachability.report(addresses) }),
    ...createMachineHandlers(deps),
    'settings.get': () => slices.take('settings'),
    'settings.set': async ({ path, value, was }) => {
      await settings.set(path, value as never, was);
      return settings.view().find((view) => view.path === path)!;
    },
    'desktop.get': () => slices.take('desktop'),
    'desktop.checkForUpdate': async () => {
      await desktopOf(deps.desktop).checkForUpdate();
      return slices.take('desktop');
    },
    'desktop.installUpdate': async () => {
      await desktopOf(deps.desktop).installUpdate();
      return slices.take('desktop');
    },
    'desktop.moveKey': async ({ to }) => {
      const { newPassphrase } = desktopOf(deps.desktop);
      await deps.secrets.changeHolder(to, to === 'passphrase' ? newPassphrase : undefined);
      slices.touch('node');
      return slices.take('desktop');
    },
    ...createUpkeepHandlers({ ...deps, diagnose: (asked) => diagnose({ ...deps, ask, sqliteVersion }, asked) }),
  } satisfies Handlers;
  const all = handlers as unknown as Readonly<Record<RequestName, (input: unknown) => unknown>>;
  return all;
}
