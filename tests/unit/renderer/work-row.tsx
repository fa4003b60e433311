// A finished task as the list shows it where there is little room.
import { renderToStaticMarkup } from 'react-dom/server';
import type { TaskView } from '../../../src-preload/contract/work.ts';
import type { LongColumn } from '../../../src-renderer/components/long-table.tsx';
import { useTaskColumns } from '../../../src-renderer/pages/work/columns.tsx';

function Row({ task, keep }: { task: TaskView; keep: (columns: readonly LongColumn<TaskView>[]) => void }) {
  const columns = useTaskColumns(0).filter(({ narrow }) => narrow !== undefined);
  keep(columns);
  return columns.map(({ id, cell, narrowCell }) => <span key={id}>{(narrowCell ?? cell)(task)}</span>);
}

/** Its text, and how wide what has a fixed width is, in rem. */
export function narrowRow(task: TaskView): {
  readonly markup: string;
  readonly fixedRem: number;
  readonly count: number;
} {
  let columns: readonly LongColumn<TaskView>[] = [];
  const markup = renderToStaticMarkup(
    <Row
      task={task}
      keep={(seen) => {
        columns = seen;
      }}
    />,
  );
  const fixedRem = columns.reduce(
    (sum, { narrow = '' }) => sum + (/^[\d.]+rem$/.test(narrow) ? Number.parseFloat(narrow) : 0),
    0,
  );
  return { markup, fixedRem, count: columns.length };
}
