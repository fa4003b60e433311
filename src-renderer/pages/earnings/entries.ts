// The entries behind a total as far as they were read, and what was shown of each total that was opened.
import type { EarningRow, EarningsFilter, Sum } from '../../../src-preload/contract/earnings.ts';
import { engine } from '../../bridge/index.ts';
import { reportFailure } from '../../stores/alerts.ts';
import { createPages } from '../../stores/pages.ts';

export const entries = createPages<EarningsFilter, EarningRow>({
  ask: (filter, before, limit) =>
    engine().ask('earnings.rows', { filter, limit, ...(before !== undefined && { before }) }),
  keyOf: ({ id }) => id,
  onFailure: reportFailure,
});

/** A total that somebody pressed: its rows are held against what stood there. */
export interface Shown {
  readonly sums: readonly Sum[];
  readonly through: number;
  readonly settled?: number;
}

const MOST = 100;
const opened = new Map<string, Shown>();

export function rememberShown(detail: string, shown: Shown): void {
  opened.delete(detail);
  opened.set(detail, shown);
  if (opened.size > MOST) opened.delete(opened.keys().next().value ?? '');
}

export function shownAt(detail: string): Shown | undefined {
  return opened.get(detail);
}
