// What a day was spent on, from how long the node was in each state in each quarter of an hour. Pure.
import type { DayQuarter } from '../../../src-preload/contract/figures.ts';
import { hrefOf } from '../../places.ts';
import { writeQuery } from '../../query.ts';

/**
 * Working: at work. Ready: a network could send tasks, and none came. Held: tasks would have been taken, and no network could send
 * any. Paused: none would have been taken, by hand, by the hours or by a rule.
 */
export type DayKind = 'working' | 'ready' | 'held' | 'paused';

export interface DayPart {
  readonly kind: DayKind;
  readonly from: number;
  readonly to: number;
}

const QUARTER_MS = 900_000;

/** What a quarter of an hour is shown as: work that was done is what is looked for, else what it was for the most part. */
function kindOf(quarter: DayQuarter): DayKind | undefined {
  if (quarter.joinedMs === 0) return undefined;
  if (quarter.busyMs > 0) return 'working';
  const { ready, held, paused } = spentOf([quarter]);
  if (paused >= held && paused >= ready) return 'paused';
  return held > ready ? 'held' : 'ready';
}

/** Neighbours of a kind are one. The last one ends now. Time without the node, or without a network, is in none. */
export function partsOf(quarters: readonly DayQuarter[], now: number): readonly DayPart[] {
  const parts: DayPart[] = [];
  for (const quarter of quarters) {
    const kind = kindOf(quarter);
    if (kind === undefined) continue;
    const to = Math.max(quarter.at, Math.min(quarter.at + QUARTER_MS, now));
    const last = parts.at(-1);
    if (last?.kind === kind && last.to === quarter.at) parts[parts.length - 1] = { ...last, to };
    else parts.push({ kind, from: quarter.at, to });
  }
  return parts;
}

/** Where a part leads: to the tasks that ended in it, or else to what stood in their way. */
export function doorOf({ kind, from, to }: DayPart): string {
  if (kind !== 'working') return doors[kind];
  // The last one goes on: up to the end of its quarter, so that the address stays the same for as long.
  const until = Math.ceil(to / QUARTER_MS) * QUARTER_MS;
  return hrefOf('work', writeQuery({ since: String(from), until: String(until) }));
}

const doors: Record<Exclude<DayKind, 'working'>, string> = {
  ready: hrefOf('home', 'idle'),
  held: hrefOf('network'),
  paused: hrefOf('availability'),
};

/** Milliseconds of each, exactly. What is at work is ready, too: it is counted once, as work. */
export function spentOf(quarters: readonly DayQuarter[]): Record<DayKind, number> {
  const spent = { working: 0, ready: 0, held: 0, paused: 0 };
  for (const { joinedMs, openMs, readyMs, busyMs } of quarters) {
    spent.working += busyMs;
    spent.ready += Math.max(0, readyMs - busyMs);
    spent.held += Math.max(0, Math.min(joinedMs, openMs) - readyMs);
    spent.paused += Math.max(0, joinedMs - openMs);
  }
  return spent;
}
