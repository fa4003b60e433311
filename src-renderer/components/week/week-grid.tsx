// biome-ignore-all lint/a11y/useSemanticElements: laid out by a CSS grid, which real table parts would not be
// biome-ignore-all lint/a11y/useFocusableInteractive: one half hour at a time has the tab stop (ARIA grid pattern)
// biome-ignore-all lint/a11y/useAriaPropsSupportedByRole: a header of a grid may span
import {
  type FocusEvent,
  type KeyboardEvent,
  memo,
  type PointerEvent,
  type RefObject,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { CELLS, type Cell, type Grid } from '../../../src-preload/contract/settings/availability.ts';
import { useText } from '../../i18n/use-text.ts';
import { type Area, cellAt, DAYS, HALVES, isIn, type Spot, type Week, WHOLE_WEEK } from './cells.ts';
import { Fill } from './fill.tsx';
import { cellOfKey, spotOfKey } from './keys.ts';
import { levelWord } from './words.ts';

/** Below this a half hour is too narrow for a finger, in CSS pixels. */
const NARROW = 620;

export interface WeekGridProps {
  readonly week: Week;
  /** What a press, a drag and the space bar paint. */
  readonly brush: Cell;
  /** Two presses paint all between them; otherwise one paints a half hour, and dragging more. */
  readonly corners: boolean;
  readonly now: Spot;
  readonly onPaint: (area: Area, cell: Cell) => void;
}

/** What is marked: from where the marking began to where the focus is. */
interface Marked {
  readonly anchor: Spot;
  readonly at: Spot;
  /** A drag is on its way, or the second of two presses is awaited. */
  readonly open: boolean;
}

const EACH_DAY = Array.from({ length: DAYS }, (_, day) => day);
const EACH_HALF = Array.from({ length: HALVES }, (_, half) => half);

/**
 * The week, painted by mouse, finger or keyboard. Days are lines; where there is little room they stand side by side and the
 * hours run downwards.
 */
export function WeekGrid({ week, brush, corners, now, onPaint }: WeekGridProps) {
  const { t, f } = useText();
  const [ref, tall] = useTall();
  const [marked, setMarked] = useState<Marked>({ anchor: { day: 0, half: 0 }, at: { day: 0, half: 0 }, open: false });
  const dragging = useRef(false);

  const focus = ({ day, half }: Spot) => {
    ref.current?.querySelector<HTMLElement>(`[data-spot="${day} ${half}"]`)?.focus({ preventScroll: false });
  };
  const finish = (area: Area, cell: Cell) => {
    setMarked(({ at }) => ({ anchor: at, at, open: false }));
    onPaint(area, cell);
  };
  const areaOf = ({ anchor, at }: Marked): Area => ({ from: anchor, to: at });

  const press = (event: PointerEvent) => {
    const spot = spotUnder(event);
    if (!spot || event.button !== 0) return;
    focus(spot);
    if (corners && marked.open) {
      setMarked({ ...marked, at: spot });
      return finish({ from: marked.anchor, to: spot }, brush);
    }
    if (corners) return setMarked({ anchor: spot, at: spot, open: true });
    if (event.shiftKey) {
      setMarked({ ...marked, at: spot });
      return finish({ from: marked.anchor, to: spot }, brush);
    }
    dragging.current = true;
    event.currentTarget.setPointerCapture(event.pointerId);
    setMarked({ anchor: spot, at: spot, open: true });
  };
  const drag = (event: PointerEvent) => {
    const spot = dragging.current ? spotUnder(event) : undefined;
    if (spot && (spot.day !== marked.at.day || spot.half !== marked.at.half)) setMarked({ ...marked, at: spot });
  };
  const drop = (event: PointerEvent) => {
    if (!dragging.current) return;
    dragging.current = false;
    // What the last move said may not be rendered yet.
    const at = spotUnder(event) ?? marked.at;
    setMarked({ ...marked, at });
    finish({ from: marked.anchor, to: at }, brush);
    focus(at);
  };
  /** The finger was meant to move the page. */
  const giveUp = () => {
    dragging.current = false;
    setMarked(({ at }) => ({ anchor: at, at, open: false }));
  };

  const type = (event: KeyboardEvent) => {
    const lie = { tall, rtl: document.documentElement.dir === 'rtl' };
    const ctrl = event.ctrlKey || event.metaKey;
    const to = event.altKey ? undefined : spotOfKey(marked.at, event.key, ctrl, lie);
    const cell = ctrl || event.altKey ? undefined : cellOfKey(event.key);
    if (to) {
      setMarked({ anchor: event.shiftKey || marked.open ? marked.anchor : to, at: to, open: marked.open });
      focus(to);
    } else if (cell !== undefined) finish(areaOf(marked), cell);
    else if (event.key === ' ' && event.shiftKey)
      mark({ from: { ...marked.at, half: 0 }, to: { ...marked.at, half: HALVES - 1 } });
    else if (event.key === ' ' && ctrl) mark({ from: { ...marked.at, day: 0 }, to: { ...marked.at, day: DAYS - 1 } });
    else if (event.key === ' ' || event.key === 'Enter') finish(areaOf(marked), brush);
    else if (event.key === 'a' && ctrl) mark(WHOLE_WEEK);
    else if (event.key === 'Escape' && (marked.open || marked.anchor !== marked.at)) giveUp();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  /** However the focus came: the arrows go on from there. */
  const arrive = ({ target }: FocusEvent) => {
    const spot = spotIn(target as HTMLElement);
    if (!spot) return;
    setMarked((before) =>
      before.at.day === spot.day && before.at.half === spot.half ? before : { anchor: spot, at: spot, open: false },
    );
  };
  const mark = ({ from, to }: Area) => {
    setMarked({ anchor: from, at: to, open: false });
    focus(to);
  };

  const shows = areaOf(marked);
  const several = marked.open || marked.anchor.day !== marked.at.day || marked.anchor.half !== marked.at.half;
  const cell = (day: number, half: number) => {
    const spot = { day, half };
    return (
      <HalfHour
        key={`${day} ${half}`}
        day={day}
        half={half}
        cell={cellAt(week.days, spot)}
        outside={week.outside}
        marked={several && isIn(shows, spot)}
        focusable={marked.at.day === day && marked.at.half === half}
        now={now.day === day && now.half === half}
        tall={tall}
      />
    );
  };
  const dayHead = (day: number) => (
    <Head
      key={day}
      role={tall ? 'columnheader' : 'rowheader'}
      title={t('week.paintDay', { day: f.weekday(day, 'long') })}
      onPress={() => finish({ from: { day, half: 0 }, to: { day, half: HALVES - 1 } }, brush)}
    >
      {f.weekday(day, 'short')}
    </Head>
  );
  const hourHead = (half: number) => (
    <Head
      key={half}
      role={tall ? 'rowheader' : 'columnheader'}
      span={tall ? 'row' : 'column'}
      title={t('week.paintHour', { from: f.time(half * 30), to: f.time((half + 2) * 30) })}
      onPress={() => finish({ from: { day: 0, half }, to: { day: DAYS - 1, half: half + 1 } }, brush)}
    >
      {f.hour(half / 2)}
    </Head>
  );
  const hours = EACH_HALF.filter((half) => half % 2 === 0);
  return (
    <div>
      <div
        ref={ref}
        role="grid"
        aria-label={t('week.grid')}
        aria-multiselectable="true"
        onPointerDown={press}
        // The focus goes where `press` puts it.
        onMouseDown={(event) => event.preventDefault()}
        onPointerMove={drag}
        onPointerUp={drop}
        onPointerCancel={giveUp}
        onKeyDown={type}
        onFocus={arrive}
        className={`grid touch-pan-y gap-px select-none ${
          tall
            ? 'auto-rows-[1.625rem] grid-cols-[3rem_repeat(7,minmax(0,1fr))] grid-rows-[2rem]'
            : 'auto-rows-[1.875rem] grid-cols-[3rem_repeat(48,minmax(0,1fr))] grid-rows-[1.5rem]'
        }`}
      >
        <div role="row" className="contents">
          <span role="gridcell" />
          {tall ? EACH_DAY.map(dayHead) : hours.map(hourHead)}
        </div>
        {tall
          ? EACH_HALF.map((half) => (
              <div role="row" key={half} className="contents">
                {half % 2 === 0 && hourHead(half)}
                {EACH_DAY.map((day) => cell(day, half))}
              </div>
            ))
          : EACH_DAY.map((day) => (
              <div role="row" key={day} className="contents">
                {dayHead(day)}
                {EACH_HALF.map((half) => cell(day, half))}
              </div>
            ))}
      </div>
      <p role="status" className="pt-1 text-xs leading-4 font-medium empty:hidden">
        {corners &&
          marked.open &&
          t('week.fromSet', { day: f.weekday(marked.anchor.day, 'long'), from: f.time(marked.anchor.half * 30) })}
      </p>
    </div>
  );
}

/** The half hour that a pointer is over, also while it is held by where it was pressed. */
function spotUnder({ clientX, clientY }: PointerEvent): Spot | undefined {
  const under = document.elementFromPoint(clientX, clientY)?.closest<HTMLElement>('[data-spot]');
  return under ? spotIn(under) : undefined;
}

function spotIn(element: HTMLElement): Spot | undefined {
  const [day, half] = element.dataset.spot?.split(' ').map(Number) ?? [];
  return day === undefined || half === undefined ? undefined : { day, half };
}

interface HalfHourProps {
  readonly day: number;
  readonly half: number;
  readonly cell: Cell;
  readonly outside: Grid['outside'] | undefined;
  readonly marked: boolean;
  readonly focusable: boolean;
  readonly now: boolean;
  readonly tall: boolean;
}

const HalfHour = memo(function HalfHour({ day, half, cell, outside, marked, focusable, now, tall }: HalfHourProps) {
  const { t, f } = useText();
  const level = CELLS[cell];
  const word = level === 'outside' ? t('week.outsideAs', { level: levelWord(outside, t) }) : levelWord(level, t);
  const values = { day: f.weekday(day, 'long'), from: f.time(half * 30), to: f.time((half + 1) * 30), level: word };
  const quarter = half % 12 === 0 && half > 0;
  return (
    <span
      role="gridcell"
      data-spot={`${day} ${half}`}
      tabIndex={focusable ? 0 : -1}
      aria-selected={marked}
      aria-label={t(now ? 'week.cellNow' : 'week.cell', values)}
      className={`relative cursor-cell overflow-hidden bg-sunken outline-offset-0 focus-visible:z-20 focus-visible:overflow-visible forced-colors:border forced-colors:border-[GrayText] ${
        half % 2 === 0 ? (tall ? 'rounded-t-xs' : 'rounded-s-xs') : tall ? 'rounded-b-xs' : 'rounded-e-xs'
      } ${quarter ? (tall ? 'mt-0.5' : 'ms-0.5') : ''} ${now ? 'z-10 outline-2 outline-ink' : ''}`}
    >
      <Fill cell={cell} outside={outside} tall={tall} />
      {marked && (
        <span aria-hidden="true" className="absolute inset-0 border-2 border-ink forced-colors:border-[Highlight]" />
      )}
    </span>
  );
});

interface HeadProps {
  readonly role: 'rowheader' | 'columnheader';
  /** Over two half hours. */
  readonly span?: 'row' | 'column';
  readonly title: string;
  readonly onPress: () => void;
  readonly children: string;
}

/** An hour stands where it begins. */
const HEADS = {
  row: 'items-start justify-center',
  column: 'items-center justify-start',
  alone: 'items-center justify-center',
} as const;

/** Names a day or an hour, and paints all of it. By keyboard the arrows and Shift do that, so it is no stop of its own. */
function Head({ role, span, title, onPress, children }: HeadProps) {
  return (
    <span
      role={role}
      aria-colspan={span === 'column' ? 2 : undefined}
      aria-rowspan={span === 'row' ? 2 : undefined}
      className={span === 'column' ? 'col-span-2' : span === 'row' ? 'row-span-2' : ''}
    >
      <button
        type="button"
        tabIndex={-1}
        // What is seen comes first, for those who say it.
        aria-label={`${children}: ${title}`}
        title={title}
        onClick={onPress}
        className={`flex size-full cursor-pointer rounded-xs text-xs leading-4 text-soft tabular-nums hover:bg-sunken hover:text-ink ${
          HEADS[span ?? 'alone']
        }`}
      >
        {children}
      </button>
    </span>
  );
}

/** Whether what is referred to has little room to the side. */
function useTall(): [ref: RefObject<HTMLDivElement | null>, tall: boolean] {
  const ref = useRef<HTMLDivElement>(null);
  const [tall, setTall] = useState(false);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    setTall(element.clientWidth < NARROW);
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setTall(entry.contentRect.width < NARROW);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, tall];
}
