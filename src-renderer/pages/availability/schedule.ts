// The week as one of a few schedules that many want, over the two settings that hold it: the painted week, and the rule on idle time. Pure.
import type { Grid } from '../../../src-preload/contract/settings/availability.ts';
import { daysOf, gridOf, isSameDays, type Week, weekOf } from '../../components/week/cells.ts';
import { presets } from '../../components/week/presets.ts';
import { daysWith } from '../../components/week/spans.ts';

/** Away: at any hour, while nobody uses the computer. Own: painted, typed or taken from a calendar. */
export type Schedule = 'nights' | 'away' | 'weekend' | 'always' | 'own';

export interface Plan {
  readonly week: Week;
  /** Whether the rule on idle time is on. */
  readonly idle: boolean;
}

export function scheduleOf({ week: { days }, idle }: Plan): Schedule {
  if (isSameDays(days, daysOf('f'))) return idle ? 'away' : 'always';
  if (isSameDays(days, daysWith(presets.nights))) return 'nights';
  if (isSameDays(days, daysWith(presets.weekend))) return 'weekend';
  return 'own';
}

/** Outside of the hours of a schedule nothing is shared. Nights and weekends leave the rule on idle time as it is. */
export function planOf(schedule: Exclude<Schedule, 'own'>, { idle }: Plan): Plan {
  if (schedule === 'always' || schedule === 'away') {
    return { week: { days: daysOf('f'), outside: 'off' }, idle: schedule === 'away' };
  }
  return { week: { days: daysWith(presets[schedule]), outside: 'off' }, idle };
}

/** What is kept, to be changed: outside of what is painted nothing is shared unless something else was chosen. */
export function keptPlan(grid: Grid | null, idle: boolean): Plan {
  return { week: { ...weekOf(grid), outside: grid?.outside ?? 'off' }, idle };
}

/** Whether both come to the same settings. */
export function isSamePlan(one: Plan, other: Plan): boolean {
  return one.idle === other.idle && JSON.stringify(gridOf(one.week)) === JSON.stringify(gridOf(other.week));
}
