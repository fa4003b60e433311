// What happened between this node and posemesh.

import { type PosemeshEventKind, posemeshContract } from '../../../src-preload/contract/networks/posemesh.ts';
import type { Migration } from '../../storage/write.ts';
import { EVENT_COLUMNS, EventHistory, type HistoryDeps } from '../history.ts';

const TABLE = 'posemesh_events';

export const historyMigrations: readonly Migration[] = [
  {
    area: 'posemesh',
    number: 2,
    name: 'events with the network',
    sql: `CREATE TABLE ${TABLE} ${EVENT_COLUMNS};`,
  },
];

export class History extends EventHistory<PosemeshEventKind> {
  constructor(deps: HistoryDeps) {
    super(deps, TABLE, posemeshContract.events);
  }
}
