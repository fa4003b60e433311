// The entries behind a total as far as they were read.
import type { EarningRow, EarningsFilter } from '../../../src-preload/contract/earnings.ts';
import { engine } from '../../bridge/index.ts';
import { reportFailure } from '../../stores/alerts.ts';
import { createPages } from '../../stores/pages.ts';

export const entries = createPages<EarningsFilter, EarningRow>({
  ask: (filter, before, limit) =>
    engine().ask('earnings.rows', { filter, limit, ...(before !== undefined && { before }) }),
  keyOf: ({ id }) => id,
  onFailure: reportFailure,
});
