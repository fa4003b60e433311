// What happened between this node and the mesh.

import { type FipsEventKind, fipsContract } from '../../../src-preload/contract/networks/fips.ts';
import type { Migration } from '../../storage/write.ts';
import { EVENT_COLUMNS, EventHistory, type HistoryDeps } from '../history.ts';

const TABLE = 'fips_events';

export const historyMigrations: readonly Migration[] = [
  {
    area: 'fips',
    number: 1,
    name: 'events with the mesh',
    sql: `CREATE TABLE ${TABLE} ${EVENT_COLUMNS};`,
  },
];

export class History extends EventHistory<FipsEventKind> {
  constructor(deps: HistoryDeps) {
    super(deps, TABLE, fipsContract.events);
  }
}
