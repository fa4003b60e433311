// When to share, as one of four answers over the settings that hold it. Pure.
import type { Grid } from '../../../src-preload/contract/settings/availability.ts';
import { weekOf } from '../../../src-preload/contract/settings/presets.ts';

export type When = 'away' | 'nights' | 'always' | 'hours';

/** A week that is painted says more than whether the user is there. */
export function whenOf(grid: Grid | null, idle: { readonly on: boolean }): When {
  if (grid !== null) return isNights(grid) ? 'nights' : 'hours';
  return idle.on ? 'away' : 'always';
}

const NIGHTS = weekOf('nights');

function isNights({ days, outside }: Grid): boolean {
  return outside === NIGHTS.outside && days.join() === NIGHTS.days.join();
}
