// The week as people say it: on which days, from when to when, how much. Pure.
import type { Cell } from '../../../src-preload/contract/settings/availability.ts';
import { DAYS, type Days, daysOf, HALVES, WEEK } from './cells.ts';

export interface Span {
  /** From 0, Monday; in order. The day on which it begins. */
  readonly days: readonly number[];
  /** Half hours from that day's midnight. */
  readonly from: number;
  /** The first half hour that is not in it any more; beyond 48 where it goes on over midnight. */
  readonly to: number;
  readonly cell: Cell;
}

type Piece = Omit<Span, 'days'> & { readonly day: number };

/** All that is painted; days on which the same holds are put together. */
export function spansOf(days: Days): Span[] {
  const groups = new Map<string, Span>();
  for (const { day, from, to, cell } of pieces(days.join('')).sort((a, b) => a.day - b.day || a.from - b.from)) {
    const key = `${from} ${to} ${cell}`;
    const group = groups.get(key);
    groups.set(key, { days: [...(group?.days ?? []), day], from, to, cell });
  }
  return [...groups.values()];
}

function pieces(cells: string): Piece[] {
  const at = (index: number) => cells[index % WEEK] as Cell;
  const first = Array.from(cells).findIndex((cell, index) => cell !== at(index + WEEK - 1));
  if (first < 0) return at(0) === '-' ? [] : pieced(0, WEEK, at(0));
  const found: Piece[] = [];
  for (let from = first; from < first + WEEK; ) {
    let to = from + 1;
    while (to < first + WEEK && at(to) === at(from)) to += 1;
    if (at(from) !== '-') found.push(...pieced(from, to, at(from)));
    from = to;
  }
  return found;
}

/** A night stays whole; what lasts a day and longer is said day by day. */
function pieced(from: number, to: number, cell: Cell): Piece[] {
  const piece = (start: number, end: number): Piece => {
    const midnight = Math.floor(start / HALVES) * HALVES;
    return { day: (midnight / HALVES) % DAYS, from: start - midnight, to: end - midnight, cell };
  };
  if (to - from < HALVES) return [piece(from, to)];
  const found: Piece[] = [];
  for (let start = from; start < to; ) {
    const end = Math.min(to, (Math.floor(start / HALVES) + 1) * HALVES);
    found.push(piece(start, end));
    start = end;
  }
  return found;
}

/** A week with these painted on it one after the other, the later over the earlier. */
export function daysWith(spans: readonly Span[]): Days {
  const cells = Array.from(daysOf('-').join(''));
  for (const { days, from, to, cell } of spans) {
    for (const day of days) {
      for (let half = from; half < to; half += 1) cells[(day * HALVES + half) % WEEK] = cell;
    }
  }
  return Array.from({ length: DAYS }, (_, day) => cells.slice(day * HALVES, (day + 1) * HALVES).join(''));
}
