import {
  type KeyboardEvent,
  memo,
  type ReactNode,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { createSlots } from './slots.ts';
import { useSight } from './use-sight.ts';

export interface LongColumn<R> {
  readonly id: string;
  readonly title: string;
  readonly cell: (row: R) => ReactNode;
  /** As a track of a CSS grid. Fixed or a share, never by content: each row is laid out by itself. */
  readonly width: string;
  /** The same where there is little room; without it the column is left out there. */
  readonly narrow?: string;
  /** There it has no room for its title, which is heard all the same. */
  readonly narrowUntitled?: boolean;
  /** In place of `cell` there: it may have two lines, and say what the columns that are left out would. */
  readonly narrowCell?: (row: R) => ReactNode;
  /** Left out where the table is less wide, in pixels; by itself only where there is little room. */
  readonly from?: number;
  readonly figure?: boolean;
}

export interface LongTableProps<R> {
  readonly caption: string;
  /** Keep it the same between renders: all rows are drawn anew when it changes. */
  readonly columns: readonly LongColumn<R>[];
  readonly rows: readonly R[];
  readonly rowKey: (row: R) => number;
  /** How many rows there are in all, where that is known. */
  readonly total?: number | undefined;
  /** The end of what is there comes near. */
  readonly onEnd: () => void;
  /** Enter, or a press on a row. */
  readonly onOpen?: (row: R) => void;
  readonly onEscape?: () => void;
  /** The row that the keyboard begins at; with `focusStart` it has the focus. */
  readonly start?: number | undefined;
  readonly focusStart?: boolean;
}

const AHEAD = 100;
const ROW_REM = 2.5;
/** What stays at the window's edges must not cover the row that has the focus. */
const EDGE_REM = 5;
const NARROW_PX = 480;

/** Rows without end: only those in sight exist. One stop for the Tab key, arrow keys within. The page scrolls, not the table. */
export function LongTable<R>(props: LongTableProps<R>) {
  const { caption, columns, rows, rowKey, total, onEnd, onOpen, onEscape, start, focusStart = false } = props;
  const body = useRef<HTMLDivElement>(null);
  const wanted = useRef(false);
  const [found] = useState(() => (start === undefined ? -1 : rows.findIndex((row) => rowKey(row) === start)));
  const [held, setHeld] = useState<Held>({ index: Math.max(0, found), key: found < 0 ? undefined : start });
  const rem = useRem();
  const [whole, setWhole] = useState(Number.POSITIVE_INFINITY);
  const narrow = whole < NARROW_PX;
  const at = placeOf(rows, rowKey, held);
  const height = ROW_REM * rem;
  const top = useTop(body, setWhole);
  const { from, to, show } = useSight({ count: rows.length, height, top, edge: EDGE_REM * rem });
  const drawn = drawnOf(from, to, at);
  const [slots] = useState(createSlots);
  const taken = slots.take(drawn.map((index) => rowKey(rows[index]!)));
  useEffect(() => {
    if (to + AHEAD >= rows.length) onEnd();
  }, [to, rows.length, onEnd]);

  const focusRow = useCallback(() => {
    body.current?.querySelector<HTMLElement>('[role="row"][tabindex="0"]')?.focus({ preventScroll: true });
  }, []);
  useLayoutEffect(() => {
    if (!wanted.current) return;
    wanted.current = false;
    focusRow();
  });
  const showNow = useRef(show);
  useLayoutEffect(() => {
    showNow.current = show;
  });
  const begin = useRef({ focus: focusStart && found >= 0, at });
  useEffect(() => {
    const { at: first, focus } = begin.current;
    if (!focus) return;
    // After the page itself has taken the focus and gone to its beginning.
    const frame = requestAnimationFrame(() => {
      showNow.current(first, 'middle');
      focusRow();
    });
    return () => cancelAnimationFrame(frame);
  }, [focusRow]);

  const hold = useCallback((index: number, row: unknown) => setHeld({ index, key: rowKey(row as R) }), [rowKey]);
  const move = (to: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, to));
    wanted.current = true;
    setHeld({ index: next, key: rowKey(rows[next]!) });
    show(next, 'near');
  };
  const page = Math.max(1, Math.floor(window.innerHeight / height) - 4);
  const steps: Partial<Record<string, () => void>> = {
    ArrowDown: () => move(at + 1),
    ArrowUp: () => move(at - 1),
    PageDown: () => move(at + page),
    PageUp: () => move(at - page),
    Home: () => move(0),
    End: () => move(rows.length - 1),
    Enter: onOpen && (() => onOpen(rows[at]!)),
    Escape: onEscape,
  };
  const press = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    event.preventDefault();
    step();
  };

  const shown = useMemo(
    () =>
      narrow
        ? columns.flatMap((column) =>
            column.narrow === undefined ? [] : [{ ...column, cell: column.narrowCell ?? column.cell }],
          )
        : columns.filter(({ from = 0 }) => from <= whole),
    [narrow, whole, columns],
  );
  const tracks = shown.map((column) => (narrow ? column.narrow : column.width)).join(' ');
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table's rows cannot be placed one by one
    <div role="grid" tabIndex={-1} aria-label={caption} aria-readonly="true" aria-rowcount={(total ?? rows.length) + 1}>
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: the head is read with each cell */}
      <div
        role="row"
        aria-rowindex={1}
        className="grid gap-x-3 border-b border-line px-2 py-2 text-xs leading-4 text-soft"
        style={{ gridTemplateColumns: tracks }}
      >
        {shown.map(({ id, title, figure, narrowUntitled = false }) => (
          // biome-ignore lint/a11y/useSemanticElements: as above
          // biome-ignore lint/a11y/useFocusableInteractive: as above
          <span key={id} role="columnheader" className={`min-w-0 truncate font-medium ${figure ? 'text-end' : ''}`}>
            {narrow && narrowUntitled ? <span className="sr-only">{title}</span> : title}
          </span>
        ))}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <div
        ref={body}
        role="rowgroup"
        onKeyDown={press}
        className="relative"
        style={{ height: `${rows.length * height}px` }}
      >
        {drawn.map((index, place) => (
          <Row
            key={taken[place]}
            row={rows[index]!}
            index={index}
            top={index * height}
            size={height}
            active={index === at}
            columns={shown as readonly LongColumn<unknown>[]}
            tracks={tracks}
            onOpen={onOpen as ((row: unknown) => void) | undefined}
            onFocus={hold}
          />
        ))}
      </div>
    </div>
  );
}

/** The rows from one to before the other, and the one that the keyboard is at: out of sight too, or the focus would be lost. */
function drawnOf(from: number, to: number, at: number): number[] {
  const drawn = Array.from({ length: to - from }, (_, place) => from + place);
  if (at >= 0 && at < from) drawn.unshift(at);
  if (at >= to) drawn.push(at);
  return drawn;
}

interface Held {
  readonly index: number;
  /** Undefined before the focus was in the table: the first row, whichever that is. */
  readonly key: number | undefined;
}

/** As far as rows are sought that were pushed down by newer ones. */
const PUSHED = 1000;

/** Where the row is now that the keyboard is at; the one in its place where it is gone. */
function placeOf<R>(rows: readonly R[], rowKey: (row: R) => number, { index, key }: Held): number {
  const end = Math.min(rows.length, index + PUSHED);
  for (let at = index; key !== undefined && at < end; at += 1) if (rowKey(rows[at]!) === key) return at;
  return Math.min(index, rows.length - 1);
}

interface RowProps {
  readonly row: unknown;
  readonly index: number;
  readonly top: number;
  readonly size: number;
  readonly active: boolean;
  readonly columns: readonly LongColumn<unknown>[];
  readonly tracks: string;
  readonly onOpen: ((row: unknown) => void) | undefined;
  readonly onFocus: (index: number, row: unknown) => void;
}

const Row = memo(function Row({ row, index, top, size, active, columns, tracks, onOpen, onFocus }: RowProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table's rows cannot be placed one by one
    // biome-ignore lint/a11y/useKeyWithClickEvents: the rows' group has the keys
    <div
      role="row"
      aria-rowindex={index + 2}
      tabIndex={active ? 0 : -1}
      onFocus={() => onFocus(index, row)}
      onClick={(event) => {
        const text = document.getSelection();
        if (event.target instanceof Element && event.target.closest('a')) return;
        if (text === null || text.isCollapsed) onOpen?.(row);
      }}
      className={`contain-strict absolute inset-x-0 top-0 grid items-center gap-x-3 rounded border-b border-line px-2 outline-offset-0 hover:bg-sunken focus-visible:z-10 ${onOpen ? 'cursor-pointer' : ''}`}
      style={{ gridTemplateColumns: tracks, height: `${size}px`, transform: `translateY(${top}px)` }}
    >
      {columns.map(({ id, cell, figure }) => (
        // biome-ignore lint/a11y/useSemanticElements: as above
        // biome-ignore lint/a11y/useFocusableInteractive: the row has the focus
        <span key={id} role="gridcell" className={`min-w-0 truncate ${figure ? 'text-end tabular-nums' : ''}`}>
          {cell(row)}
        </span>
      ))}
    </div>
  );
});

/** Where on the page the rows begin, since what stands above them comes and goes; tells how wide they are on the way. */
function useTop(ref: { readonly current: HTMLElement | null }, onWidth: (px: number) => void): number {
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const measure = () => {
      const box = ref.current?.getBoundingClientRect();
      if (!box) return;
      setTop(Math.round(box.top + window.scrollY));
      onWidth(box.width);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [ref, onWidth]);
  return top;
}

/** People who enlarge the letters enlarge the rows. */
function useRem(): number {
  return useState(() => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16)[0];
}
