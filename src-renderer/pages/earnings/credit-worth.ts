// The one worth that the form knows, that of a credit at present, in the list of all units and dates.
import type { UnitWorth } from '../../../src-preload/contract/settings/power.ts';

const UNIT = 'credit';

/** `today` is the local day, such as 2026-01-31. */
export function creditWorth(list: readonly UnitWorth[], today: string): number | null {
  return inForce(list, today)?.worth ?? null;
}

/** The worth that holds today is another one, and since the same day; null: that of a credit is not known at all. */
export function withCreditWorth(list: readonly UnitWorth[], today: string, worth: number | null): UnitWorth[] {
  if (worth === null) return list.filter(({ unit }) => unit !== UNIT);
  const held = inForce(list, today);
  return [...list.filter((each) => each !== held), { unit: UNIT, from: held?.from ?? null, worth }];
}

function inForce(list: readonly UnitWorth[], today: string): UnitWorth | undefined {
  const begun = list.filter(({ unit, from }) => unit === UNIT && (from ?? '') <= today);
  return begun.toSorted((a, b) => (a.from ?? '').localeCompare(b.from ?? '')).at(-1);
}
