// What was done and what it brought, for whoever asks: put together from the stores, with a line for each request.

import type { Database } from 'better-sqlite3';
import type { Backends } from '../backends/pool.ts';
import type { Clock } from '../base/clock.ts';
import { LedgerRows } from '../payments/rows.ts';
import { Details, TaskFactsStore } from '../work/detail.ts';
import { History } from '../work/history.ts';
import type { Work } from '../work/work.ts';
import type { Handlers } from './handlers.ts';

export interface BooksDeps {
  readonly clock: Clock;
  readonly read: Database;
  readonly work: Work;
  readonly backends: Pick<Backends, 'views'>;
  /** All that happens is between this computer and itself. */
  readonly local: boolean;
}

export interface Books {
  readonly history: History;
  readonly details: Details;
  readonly rows: LedgerRows;
}

export function openBooks({ clock, read, work, backends, local }: BooksDeps): Books {
  const rows = new LedgerRows({ clock, read, tasks: new TaskFactsStore(read) });
  const details = new Details({
    read,
    ledger: rows,
    live: () => work.view().live,
    // The only door that there is leads straight to this computer.
    arrival: () => (local ? 'local' : 'direct'),
    kindOf: (id) => backends.views().find((backend) => backend.id === id)?.kind,
  });
  return { history: new History({ clock, read }), details, rows };
}

const NEWEST = Number.MAX_SAFE_INTEGER;

export function createBookHandlers(deps: { readonly books: Books }) {
  return {
    'work.list': ({ before, limit, filter }) => deps.books.history.page(filter ?? {}, before ?? NEWEST, limit),
    'work.count': (filter) => deps.books.history.count(filter),
    'work.facets': () => deps.books.history.facets(),
    'work.detail': ({ id }) => deps.books.details.of(id),
    'earnings.rows': ({ filter, before, limit }) => deps.books.rows.page(filter ?? {}, before ?? NEWEST, limit),
    'earnings.check': ({ filter, through, shown }) => deps.books.rows.check(filter ?? {}, { through, shown }),
  } satisfies Partial<Handlers>;
}
