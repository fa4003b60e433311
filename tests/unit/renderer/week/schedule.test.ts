import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gridOf, sharedIn } from '../../../../src-renderer/components/week/cells.ts';
import { draftOf, isOutdated } from '../../../../src-renderer/pages/availability/draft.ts';
import {
  keptPlan,
  type Plan,
  planOf,
  type Schedule,
  scheduleOf,
} from '../../../../src-renderer/pages/availability/schedule.ts';
import { arbitraryDays } from './arbitrary.ts';

const CHIPS = ['nights', 'away', 'weekend', 'always'] as const satisfies readonly Schedule[];
const arbitraryPlan: fc.Arbitrary<Plan> = fc.record({
  week: fc.record({ days: arbitraryDays, outside: fc.constantFrom('off' as const, 'reduced' as const) }),
  idle: fc.boolean(),
});

describe('a schedule', () => {
  it.each([
    ['nights', 63, true],
    ['away', 168, true],
    ['weekend', 48, true],
    ['always', 168, false],
  ] as const)('%s shares %d hours a week and nothing outside of them', (schedule, hours, idle) => {
    const { week, idle: on } = planOf(schedule, { week: keptPlan(null, false).week, idle: true });
    expect([sharedIn(week), week.outside, on]).toEqual([{ hours, reduced: 0 }, 'off', idle]);
  });

  it('is recognised in what it made, whatever was before', () => {
    fc.assert(
      fc.property(arbitraryPlan, fc.constantFrom(...CHIPS), (before, schedule) => {
        expect(scheduleOf(planOf(schedule, before))).toBe(schedule);
      }),
    );
  });

  it('of its own is any other week, and every one can be kept', () => {
    fc.assert(
      fc.property(arbitraryPlan, (plan) => {
        expect([...CHIPS, 'own']).toContain(scheduleOf(plan));
        expect(gridOf(plan.week)).not.toBeUndefined();
      }),
    );
  });

  it('leaves nothing to be saved where it is what is kept', () => {
    const kept = keptPlan(null, false);
    expect(draftOf(planOf('always', kept), kept)).toBeUndefined();
    expect(draftOf(planOf('away', kept), kept)).toEqual({ plan: planOf('away', kept), base: kept });
    const draft = draftOf(planOf('nights', kept), kept)!;
    expect([isOutdated(draft, kept), isOutdated(draft, keptPlan(null, true))]).toEqual([false, true]);
    expect(isOutdated(draft, keptPlan(gridOf(planOf('weekend', kept).week) ?? null, false))).toBe(true);
  });
});
