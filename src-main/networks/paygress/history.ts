// What happened between this node and paygress.

import { type PaygressEventKind, paygressContract } from '../../../src-preload/contract/networks/paygress.ts';
import type { Migration } from '../../storage/write.ts';
import { EVENT_COLUMNS, EventHistory, type HistoryDeps } from '../history.ts';

const TABLE = 'paygress_events';

export const historyMigrations: readonly Migration[] = [
  {
    area: 'paygress',
    number: 3,
    name: 'events with the network',
    sql: `CREATE TABLE ${TABLE} ${EVENT_COLUMNS};`,
  },
];

export class History extends EventHistory<PaygressEventKind> {
  constructor(deps: HistoryDeps) {
    super(deps, TABLE, paygressContract.events);
  }
}
