// The axis of a chart: round steps that hold all values and nought.

export interface Scale {
  readonly least: number;
  readonly most: number;
  /** From `least` to `most`, whole millionths where the values are. */
  readonly ticks: readonly number[];
}

const WANTED_STEPS = 4;

/** Steps of 1, 2 or 5 times a power of ten. Amounts are whole, so a step is never under one. */
export function scaleOf(values: readonly number[]): Scale {
  const low = values.reduce((least, value) => Math.min(least, value), 0);
  const high = values.reduce((most, value) => Math.max(most, value), 0);
  const step = roundStep((high - low) / WANTED_STEPS);
  const first = Math.floor(low / step);
  const last = Math.max(Math.ceil(high / step), first + 1);
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
  return { least: first * step, most: last * step, ticks };
}

function roundStep(step: number): number {
  if (step <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(step));
  const times = step / power;
  return (times <= 1 ? 1 : times <= 2 ? 2 : times <= 5 ? 5 : 10) * power;
}

export interface Bar {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Bars side by side in a box, those below nought hang from it. What is not nought can be seen, however small. */
export function barsOf(values: readonly number[], scale: Scale, width: number, height: number): readonly Bar[] {
  const slot = width / Math.max(1, values.length);
  const gap = Math.min(slot * 0.3, 6);
  const perUnit = height / (scale.most - scale.least);
  const nought = scale.most * perUnit;
  return values.map((value, index) => {
    const tall = value === 0 ? 0 : Math.max(1, Math.abs(value) * perUnit);
    return { x: index * slot + gap / 2, y: value < 0 ? nought : nought - tall, width: slot - gap, height: tall };
  });
}

/** Which of so many labels fit beside one another: every n-th, counted from the last, which is the present. */
export function labelled(count: number, fit: number): readonly number[] {
  const every = Math.max(1, Math.ceil(count / Math.max(1, fit)));
  return Array.from({ length: Math.ceil(count / every) }, (_, index) => count - 1 - index * every).reverse();
}
