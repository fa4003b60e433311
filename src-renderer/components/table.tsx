import type { ReactNode } from 'react';

export interface Column<R> {
  readonly id: string;
  readonly title: string;
  readonly cell: (row: R) => ReactNode;
  /** Figures stand at the end of the line, under one another. */
  readonly figure?: boolean;
  /** Left out where there is little room. */
  readonly minor?: boolean;
}

export interface TableProps<R> {
  /** Names the table for those who do not see it. */
  readonly caption: string;
  readonly columns: readonly Column<R>[];
  readonly rows: readonly R[];
  readonly rowKey: (row: R) => string | number;
}

/** Rows of data. The first column names the row. Where it is too wide it scrolls by itself, never the page. */
export function Table<R>({ caption, columns, rows, rowKey }: TableProps<R>) {
  const lookOf = ({ figure, minor }: Column<R>) =>
    `px-2 py-2 [overflow-wrap:break-word] first:ps-0 last:pe-0 ${figure ? 'text-end tabular-nums' : 'text-start'} ${minor ? '@max-lg:hidden' : ''}`;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls, and a section would be one more landmark
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
    <div role="group" aria-label={caption} tabIndex={0} className="@container relative -mx-1 overflow-x-auto px-1">
      <table className="w-full border-collapse">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className="border-b border-line text-xs leading-4 text-soft">
            {columns.map((column) => (
              <th key={column.id} scope="col" className={`font-medium ${lookOf(column)}`}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map((column, index) =>
                index === 0 ? (
                  <th key={column.id} scope="row" className={`font-normal ${lookOf(column)}`}>
                    {column.cell(row)}
                  </th>
                ) : (
                  <td key={column.id} className={lookOf(column)}>
                    {column.cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
