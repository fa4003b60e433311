// Daily windows as IICP defines them: local time, minute resolution, both ends inclusive, the first match wins.

import type { AvailabilityWindow } from '../../src-preload/contract/settings/node.ts';

/** The share outside every window when there are some; the protocol's own helper has it so. */
const OUTSIDE_SHARE = 0.5;

/** Local time of day as zero-padded `HH:MM`, so that comparing strings compares times. */
export function timeOfDay(date: Date): string {
  return `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`;
}

function covers(window: AvailabilityWindow, time: string): boolean {
  return window.start <= window.end
    ? window.start <= time && time <= window.end
    : time >= window.start || time <= window.end;
}

/** The share of the capacity open at a local time of day, 0 to 1. */
export function shareAt(windows: readonly AvailabilityWindow[], time: string): number {
  if (windows.length === 0) return 1;
  const share = windows.find((window) => covers(window, time))?.share ?? OUTSIDE_SHARE;
  return Math.min(1, Math.max(0, share));
}

/** How many slots a share of `base` gives: none of none, otherwise at least one unless the share is nought. */
export function effectiveSlots(base: number, share: number): number {
  if (base <= 0 || share <= 0) return 0;
  return Math.max(1, Math.trunc(base * share));
}
