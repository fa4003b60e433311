// Where things stand in a picture: shares of a width, lines, and places on a disc. Pure; nothing here knows of pixels or colours.

/** A part of a whole: where it begins and how much of it there is, both from 0 to 1. */
export interface Portion {
  readonly start: number;
  readonly size: number;
}

/** From 0 to 1, whatever is asked; a range without a width has nothing in it. */
export function shareOf(value: number, least: number, most: number): number {
  if (!(most > least)) return 0;
  return Math.min(1, Math.max(0, (value - least) / (most - least)));
}

/** Thinner parts than this one are drawn as wide as it is, so that what happened can be seen. */
const LEAST_SIZE = 1 / 300;

/** Where a stretch of time stands in a longer one; undefined where none of it does. */
export function stretchOf(from: number, to: number, start: number, end: number): Portion | undefined {
  if (to <= start || from >= end || to <= from) return undefined;
  const first = shareOf(from, start, end);
  const size = Math.max(LEAST_SIZE, (Math.min(to, end) - Math.max(from, start)) / (end - start));
  return { start: Math.min(first, 1 - size), size };
}

/** Parts one after another. `total` is the whole where the parts leave some of it; parts that are more than it fill it. */
export function portionsOf(values: readonly number[], total: number): readonly Portion[] {
  const sum = values.reduce((all, value) => all + Math.max(0, value), 0);
  const whole = Math.max(sum, total);
  let start = 0;
  return values.map((value) => {
    const portion = { start, size: shareOf(value, 0, whole) };
    start += portion.size;
    return portion;
  });
}

/**
 * A line through values from left to right in a box: one path (SVG 2, 9.3) for each run without a gap, which a null makes. The
 * last value stands at the right edge. A run of one value is a dash as long as a step.
 */
export function linesOf(
  values: readonly (number | null)[],
  least: number,
  most: number,
  width: number,
  height: number,
): readonly string[] {
  const step = values.length > 1 ? width / (values.length - 1) : width;
  const runs: string[][] = [[]];
  for (const [index, value] of values.entries()) {
    if (value === null) runs.push([]);
    else runs.at(-1)?.push(`${round(index * step)} ${round(height - shareOf(value, least, most) * height)}`);
  }
  const drawn = runs.filter((points) => points.length > 0);
  return drawn.map((points) => (points.length === 1 ? dashOf(points[0]!, step, width) : `M${points.join('L')}`));
}

function dashOf(point: string, step: number, width: number): string {
  const [x = 0, y = 0] = point.split(' ').map(Number);
  const from = Math.max(0, x - step / 2);
  return `M${round(from)} ${y}H${round(Math.min(width, x + step / 2))}`;
}

/** Hundredths are finer than any screen, and keep the markup short. */
function round(value: number): number {
  return Math.round(value * 100) / 100;
}

export interface Place {
  readonly x: number;
  readonly y: number;
}

/** How far out on a disc a latency belongs, from 0 to 1: by its logarithm, for 5 ms from 10 is as much as 500 from 1000. */
export function farOf(latencyMs: number, leastMs: number, mostMs: number): number {
  return shareOf(Math.log(Math.max(1, latencyMs)), Math.log(Math.max(1, leastMs)), Math.log(Math.max(2, mostMs)));
}

/** A turn by which neighbours never come to stand on one ray, however many there are: the golden angle. */
const TURN = Math.PI * (3 - Math.sqrt(5));

/** Places around a middle, by how far out each belongs (0 to 1), on a disc of this radius; the nearest stand clear of the middle. */
export function placesOf(far: readonly number[], radius: number, clear: number): readonly Place[] {
  return far.map((share, index) => {
    const out = clear + Math.min(1, Math.max(0, share)) * (radius - clear);
    return { x: round(Math.cos(index * TURN) * out), y: round(Math.sin(index * TURN) * out) };
  });
}
