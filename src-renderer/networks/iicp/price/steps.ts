// The prices that a slider stops at, as multiples of the usual one. It ends where paying ends: a higher price is chosen later and paid
// no more.

const STEPS = [0.1, 0.25, 0.5, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 2, 3, 5, 10, 20, 50, 100, 225];

/** Those up to the highest that is taken and paid, and the one in force among them even where it lies between or beyond. */
export function stepsFor({ cap, paidUpTo }: { cap: number; paidUpTo: number }, inForce: number): readonly number[] {
  const end = Math.min(cap, paidUpTo);
  // Hundredths, and no more than is paid.
  const last = Math.floor(end * 100 + 1e-9) / 100;
  const within = STEPS.filter((step) => step < last);
  const all = new Set([...within, ...(last > 0 ? [last] : []), ...(inForce > 0 ? [inForce] : [])]);
  return [...all].toSorted((a, b) => a - b);
}

/** Where a price stands on the slider: the nearest stop. */
export function placeOf(steps: readonly number[], multiplier: number): number {
  let best = 0;
  for (const [at, step] of steps.entries()) {
    if (Math.abs(step - multiplier) < Math.abs(steps[best]! - multiplier)) best = at;
  }
  return best;
}
