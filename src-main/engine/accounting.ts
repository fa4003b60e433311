// What was done and what it brought: put together from the stores, with a line for each request.

import type { Database } from 'better-sqlite3';
import type { EarningsExport, EarningsNet, PowerSum } from '../../src-preload/contract/earnings.ts';
import type { Handlers } from '../../src-preload/contract/index.ts';
import type { DataUse } from '../availability/data-use.ts';
import type { Backends } from '../backends/pool.ts';
import type { Clock } from '../base/clock.ts';
import { QUARTER_MS, quarterOf } from '../base/quarter.ts';
import { BookedShares } from '../payments/by-model.ts';
import { exportPart, type SetRates } from '../payments/export.ts';
import { type NetDeps, netOf } from '../payments/net.ts';
import { type PowerSettings, powerOf, worthIn } from '../payments/power.ts';
import { LedgerRows } from '../payments/rows.ts';
import { Series } from '../payments/series.ts';
import type { LedgerSums } from '../payments/sums.ts';
import type { Settings } from '../settings/settings.ts';
import { Details, TaskFactsStore } from '../work/detail.ts';
import { History } from '../work/history.ts';
import { WorkQuarters } from '../work/quarters.ts';
import { WorkShares } from '../work/shares.ts';
import type { Uptime } from '../work/uptime.ts';
import type { Work } from '../work/work.ts';

export interface AccountingDeps {
  readonly clock: Clock;
  readonly read: Database;
  readonly settings: Pick<Settings, 'get'>;
  readonly work: Work;
  readonly uptime: Uptime;
  readonly backends: Pick<Backends, 'views'>;
  readonly sums: LedgerSums;
  readonly dataUse: Pick<DataUse, 'between'>;
  /** All that happens is between this computer and itself. */
  readonly local: boolean;
}

export interface Accounting {
  readonly history: History;
  readonly details: Details;
  readonly rows: LedgerRows;
  readonly series: Series;
  net(from: number, to: number): Promise<EarningsNet>;
  exportPart(request: Parameters<typeof exportPart>[1]): Promise<EarningsExport>;
  /** What was drawn since a moment, in those quarters of an hour whose beginning is let through, with a share of their work. */
  powerSince(from: number, within: (at: number) => boolean, share: (quarter: number) => number): PowerSum;
  /** At present, in the tariff's currency; null where it is not known. */
  worth(unit: string, micro: number): number | null;
}

/** The ledger's rows with what is known of their tasks. */
export function ledgerRows({ clock, read }: Pick<AccountingDeps, 'clock' | 'read'>): LedgerRows {
  return new LedgerRows({ clock, read, tasks: new TaskFactsStore(read) });
}

/** For a data folder without a running node. */
export function openExport(deps: Pick<AccountingDeps, 'clock' | 'read' | 'settings'>) {
  const rows = ledgerRows(deps);
  return (request: Parameters<typeof exportPart>[1]) => exportPart(rows, request, ratesOf(deps.settings));
}

function ratesOf(settings: AccountingDeps['settings']): SetRates | null {
  const power = powerIn(settings);
  return power.tariff && { currency: power.tariff.currency, worth: worthIn(power) };
}

function powerIn(settings: AccountingDeps['settings']): PowerSettings {
  return {
    draw: settings.get('power.draw'),
    tariff: settings.get('power.tariff'),
    wear: settings.get('power.wear'),
    worth: settings.get('power.worth'),
  };
}

export function openAccounting({
  clock,
  read,
  settings,
  work,
  uptime,
  backends,
  sums,
  dataUse,
  local,
}: AccountingDeps): Accounting {
  const rows = ledgerRows({ clock, read });
  const details = new Details({
    read,
    ledger: rows,
    live: () => work.view().live,
    // The only door that there is leads straight to this computer.
    arrival: () => (local ? 'local' : 'direct'),
    kindOf: (id) => backends.views().find((backend) => backend.id === id)?.kind,
  });
  const quarters = new WorkQuarters(read);
  const power = () => powerIn(settings);
  const net: NetDeps = {
    booked: new BookedShares({ clock, read }),
    shares: new WorkShares({ clock, read }),
    work: quarters,
    uptime,
    data: dataUse,
    power,
    newest: () => rows.newest(),
  };
  const series = new Series({
    clock,
    sums,
    work: { snapshot: () => quarters.snapshot(), running: () => work.running },
    uptime,
    power,
  });
  return {
    history: new History({ clock, read }),
    details,
    rows,
    series,
    net: (from, to) => netOf(net, from, to),
    exportPart: (request) => exportPart(rows, request, ratesOf(settings)),
    worth: (unit, netMicro) => worthIn(power()).of({ unit, netMicro }, clock.now()),
    powerSince(from, within, share) {
      const uses = uptime.between(quarterOf(from), quarterOf(clock.now()) + 1);
      return powerOf(
        uses
          .filter(({ quarter }) => within(quarter * QUARTER_MS))
          .map((use) => ({ ...use, busyMs: Math.round(use.busyMs * share(use.quarter)) })),
        power(),
        uptime.firstQuarter() !== null,
      );
    },
  };
}

const NEWEST = Number.MAX_SAFE_INTEGER;

export function createAccountingHandlers(deps: { readonly accounting: Accounting }) {
  return {
    'work.list': ({ before, limit, filter }) => deps.accounting.history.page(filter ?? {}, before ?? NEWEST, limit),
    'work.count': (filter) => deps.accounting.history.count(filter),
    'work.facets': () => deps.accounting.history.facets(),
    'work.detail': ({ id }) => deps.accounting.details.of(id),
    'earnings.series': (request) => deps.accounting.series.take(request),
    'earnings.net': ({ from, to }) => deps.accounting.net(from, to),
    'earnings.rows': ({ filter, before, limit }) => deps.accounting.rows.page(filter ?? {}, before ?? NEWEST, limit),
    'earnings.check': ({ filter, through, settled, shown }) =>
      deps.accounting.rows.check(filter ?? {}, { through, settled, shown }),
    'earnings.export': (request) => deps.accounting.exportPart(request),
  } satisfies Partial<Handlers>;
}
