// Which rows of a long table are in sight. All are of one height, so that this is arithmetic and costs the same however many
// there are. The rows are drawn before the frame that has been scrolled is painted, or there would be gaps in it.
import { useCallback, useSyncExternalStore } from 'react';

export interface SightOptions {
  readonly count: number;
  /** Of a row, in pixels. */
  readonly height: number;
  /** Where on the page the first row begins. */
  readonly top: number;
  /** How much at the window's upper and lower edge covers what is under it. */
  readonly edge: number;
}

export interface Sight {
  /** The first row that is drawn, and the one after the last. */
  readonly from: number;
  readonly to: number;
  /** Scrolls to the row: as little as shows it, or to the middle. */
  readonly show: (index: number, how: 'near' | 'middle') => void;
}

/** Rows that are drawn above and below those in sight. */
const SPARE = 8;

export function useSight({ count, height, top, edge }: SightOptions): Sight {
  const first = useSyncExternalStore(
    onScroll,
    useCallback(() => Math.floor((window.scrollY - top) / height), [top, height]),
  );
  const many = useSyncExternalStore(
    onResize,
    useCallback(() => Math.ceil(window.innerHeight / height), [height]),
  );
  const show = useCallback(
    (index: number, how: 'near' | 'middle') => {
      window.scrollTo(0, placeFor(index, how, { height, top, edge, at: window.scrollY, room: window.innerHeight }));
    },
    [height, top, edge],
  );
  return { ...rangeOf(first, many, count), show };
}

/** @internal */
export function rangeOf(first: number, many: number, count: number): { from: number; to: number } {
  const from = Math.min(Math.max(0, first - SPARE), Math.max(0, count - many - SPARE));
  return { from, to: Math.min(count, Math.max(0, first + many + 1) + SPARE) };
}

interface Place extends Omit<SightOptions, 'count'> {
  /** Where the window is now, and how high. */
  readonly at: number;
  readonly room: number;
}

/**
 * Where the window must be for the row to be seen.
 *
 * @internal
 */
export function placeFor(index: number, how: 'near' | 'middle', { height, top, edge, at, room }: Place): number {
  const start = top + index * height;
  if (how === 'middle') return Math.max(0, start + (height - room) / 2);
  if (start < at + edge) return Math.max(0, start - edge);
  return start + height > at + room - edge ? Math.max(0, start + height + edge - room) : at;
}

function onScroll(changed: () => void): () => void {
  window.addEventListener('scroll', changed, { passive: true });
  return () => window.removeEventListener('scroll', changed);
}

function onResize(changed: () => void): () => void {
  window.addEventListener('resize', changed);
  return () => window.removeEventListener('resize', changed);
}
