// The prices that a slider stops at, as multiples of the usual one.

const STEPS = [0.1, 0.25, 0.5, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 2, 3, 5, 10, 20, 50, 100, 225];

/** Those that the directory takes, the one in force among them even where it lies between. */
export function stepsFor(cap: number, inForce: number): readonly number[] {
  const within = STEPS.filter((step) => step <= Math.max(cap, 1.1));
  const all = inForce > 0 && !within.includes(inForce) ? [...within, inForce] : within;
  return all.toSorted((a, b) => a - b);
}

/** Where a price stands on the slider: the nearest stop. */
export function placeOf(steps: readonly number[], multiplier: number): number {
  let best = 0;
  for (const [at, step] of steps.entries()) {
    if (Math.abs(step - multiplier) < Math.abs(steps[best]! - multiplier)) best = at;
  }
  return best;
}
