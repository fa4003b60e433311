// Where the window stands: where it stood last, unless the displays have changed since. Pure: its test is a table.

import { z } from 'zod';

const Pixels = z.number().int().min(-100_000).max(100_000);

export const Rect = z.object({ x: Pixels, y: Pixels, width: Pixels.positive(), height: Pixels.positive() });
export type Rect = z.infer<typeof Rect>;

export const Place = z.object({ bounds: Rect, maximized: z.boolean() });
export type Place = z.infer<typeof Place>;

/** What fits on small screens at 200 % zoom; the pages reflow down to this. */
export const LEAST = { width: 360, height: 480 };
const USUAL = { width: 1180, height: 780 };

/** `areas` are what panels and docks leave of each display, the primary one first; at least one. */
export function placeOn(wanted: Place | undefined, areas: readonly Rect[]): Place {
  const [primary] = areas;
  if (primary === undefined) throw new TypeError('there is no display');
  if (wanted === undefined) return { bounds: centred(USUAL, primary), maximized: false };
  const area = areas.reduce((best, each) =>
    overlap(wanted.bounds, each) > overlap(wanted.bounds, best) ? each : best,
  );
  const seen = overlap(wanted.bounds, area) > 0;
  return { bounds: seen ? within(wanted.bounds, area) : centred(wanted.bounds, primary), maximized: wanted.maximized };
}

/** Whole, and as near to where it was as that allows. */
function within({ x, y, width, height }: Rect, area: Rect): Rect {
  const size = sized({ width, height }, area);
  return {
    x: between(area.x, x, area.x + area.width - size.width),
    y: between(area.y, y, area.y + area.height - size.height),
    ...size,
  };
}

function centred(wanted: { readonly width: number; readonly height: number }, area: Rect): Rect {
  const size = sized(wanted, area);
  return {
    x: area.x + Math.round((area.width - size.width) / 2),
    y: area.y + Math.round((area.height - size.height) / 2),
    ...size,
  };
}

function sized({ width, height }: { readonly width: number; readonly height: number }, area: Rect) {
  return {
    width: Math.min(area.width, Math.max(LEAST.width, width)),
    height: Math.min(area.height, Math.max(LEAST.height, height)),
  };
}

function overlap(a: Rect, b: Rect): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return Math.max(0, width) * Math.max(0, height);
}

function between(least: number, value: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}
