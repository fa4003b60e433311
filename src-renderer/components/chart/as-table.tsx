import type { ReactNode } from 'react';
import { useText } from '../../i18n/use-text.ts';
import { Disclosure } from '../disclosure.tsx';
import { Table } from '../table.tsx';

interface Row {
  readonly id: string | number;
  readonly cells: readonly ReactNode[];
}

/** What a picture shows, as figures. The first of each row names it. */
export interface ChartTable {
  readonly caption: string;
  readonly head: readonly { readonly title: string; readonly figure?: boolean }[];
  readonly rows: readonly Row[];
}

/** The figures behind a picture, for those who don't see it and for those who would rather read; closed at first. */
export function AsTable({ caption, head, rows }: ChartTable) {
  const { t } = useText();
  const columns = head.map(({ title, figure = false }, index) => ({
    id: title,
    title,
    figure,
    cell: ({ cells }: Row) => cells[index],
  }));
  return (
    <Disclosure title={t('chart.asTable')}>
      <Table caption={caption} columns={columns} rows={rows} rowKey={({ id }) => id} />
    </Disclosure>
  );
}
