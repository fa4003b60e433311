// A total leads to the entries that it was made of, from whatever page: their address, and what was shown there, which they are
// held against.
import type { ReactNode } from 'react';
import type { EarningsFilter, Sum } from '../../src-preload/contract/earnings.ts';
import { hrefOf } from '../places.ts';
import { writeQuery } from '../query.ts';

/** A total that was pressed: its rows are held against what stood there. */
export interface Shown {
  readonly sums: readonly Sum[];
  readonly through: number;
  readonly settled?: number;
}

/** What the page of earnings goes back to from its entries. */
export type Step = 'day' | 'week' | 'month';

const MOST = 100;
const opened = new Map<string, Shown>();

function rememberShown(detail: string, shown: Shown): void {
  opened.delete(detail);
  opened.set(detail, shown);
  if (opened.size > MOST) opened.delete(opened.keys().next().value ?? '');
}

export function shownAt(detail: string): Shown | undefined {
  return opened.get(detail);
}

/** What stands behind the page of earnings in the address. */
export function entriesAt(by: Step, filter: EarningsFilter): string {
  const text = (moment: number | undefined) => (moment === undefined ? undefined : String(moment));
  return writeQuery({
    of: 'entries',
    by: by === 'day' ? undefined : by,
    from: text(filter.from),
    to: text(filter.to),
    network: filter.network,
    unit: filter.unit,
    state: filter.state,
    kind: filter.intent,
    model: filter.model,
    // Nothing can stand for "none" there.
    without: [filter.intent === '' && 'kind', filter.model === '' && 'model'].filter(Boolean).join(','),
  });
}

export interface EntriesLinkProps {
  readonly by?: Step;
  readonly filter: EarningsFilter;
  readonly shown: Shown;
  readonly look?: string;
  readonly children: ReactNode;
}

/** High enough to be pressed where several stand beneath one another. */
const QUIET =
  'inline-flex min-h-6 items-center rounded underline decoration-line underline-offset-4 hover:decoration-edge';

export function EntriesLink({ by = 'day', filter, shown, look = QUIET, children }: EntriesLinkProps) {
  const detail = entriesAt(by, filter);
  return (
    <a href={hrefOf('earnings', detail)} onClick={() => rememberShown(detail, shown)} className={look}>
      {children}
    </a>
  );
}
