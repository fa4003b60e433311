// How long a granted mapping may be published, and when to ask for it again: by what was granted, never by what was asked.

import type { Random } from '../../base/random.ts';
import type { Mapping } from '../mapping.ts';

/** RFC 6887 11.2.1: the first request somewhere in the first window, then one in each of the others. Parts of the lifetime. */
const WINDOWS = [
  [1 / 2, 5 / 8],
  [3 / 4, 13 / 16],
  [7 / 8, 29 / 32],
] as const;
/** RFC 6887 11.2.1: requests are never closer. */
export const APART_MS = 4000;
/** A router's table is wiped now and then whatever it granted; and some grant for ever. */
export const RENEW_AT_MOST_MS = 30 * 60_000;
/** A caller that hears of us just before the end would come too late. */
const MARGIN_MS = 5000;

/** `Clock.monotonic()` from which on it must not be published any more. Infinity: it has no end. */
export function withdrawAt({ grantedAt, lifetimeMs }: Mapping): number {
  return grantedAt + lifetimeMs - Math.min(MARGIN_MS, lifetimeMs / 4);
}

/**
 * `Clock.monotonic()` of try number `tries` (from 0) to renew; Infinity when all windows have passed. `everyMs`: the user's own
 * interval, which only shortens.
 */
export function renewAt(mapping: Mapping, tries: number, everyMs: number, random: Random): number {
  const { grantedAt, lifetimeMs } = mapping;
  const most = grantedAt + Math.min(everyMs, RENEW_AT_MOST_MS) * (tries + 1);
  const window = WINDOWS[tries];
  if (!window || lifetimeMs === Number.POSITIVE_INFINITY)
    return tries < WINDOWS.length ? most : Number.POSITIVE_INFINITY;
  const [from, to] = window.map((part) => part * lifetimeMs) as [number, number];
  const due = from + random.int(Math.max(1, Math.floor(to - from)));
  return Math.min(most, grantedAt + Math.max(due, APART_MS));
}
