// The units that money is kept in, and what they are of one another. Other units of a mint are left alone.

export const UNITS: readonly string[] = ['sat', 'msat'];

/** What is meant where no unit is said. */
export const USUAL_UNIT = 'sat';

const MSAT_IN_SAT = 1000;

/** How many msat one of a unit is. */
export function msatIn(unit: string): number {
  return unit === 'msat' ? 1 : MSAT_IN_SAT;
}

/** May have a fraction. */
export function satIn(unit: string, amount: number): number {
  return (amount * msatIn(unit)) / MSAT_IN_SAT;
}

/** Whole units that a number of sat makes. */
export function unitsOf(unit: string, sat: number): number {
  return (sat * MSAT_IN_SAT) / msatIn(unit);
}
