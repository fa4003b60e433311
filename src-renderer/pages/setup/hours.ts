// When to share, as one of three answers over the settings that hold it. Pure.
import type { Grid } from '../../../src-preload/contract/settings/availability.ts';

export type When = 'always' | 'away' | 'hours';

/** A week that is painted says more than whether the user is there. */
export function whenOf(grid: Grid | null, idle: { readonly on: boolean }): When {
  if (grid !== null) return 'hours';
  return idle.on ? 'away' : 'always';
}
