// Weeks that many want, ready made.
import type { Span } from './spans.ts';

const DAILY = [0, 1, 2, 3, 4, 5, 6];
const at = (hour: number) => hour * 2;

export const presets = {
  always: [{ days: DAILY, from: at(0), to: at(24), cell: 'f' }],
  nights: [{ days: DAILY, from: at(22), to: at(24 + 7), cell: 'f' }],
  away: [{ days: [0, 1, 2, 3, 4], from: at(9), to: at(17), cell: 'f' }],
  weekend: [{ days: [5, 6], from: at(0), to: at(24), cell: 'f' }],
  nothing: [],
} as const satisfies Readonly<Record<string, readonly Span[]>>;

export type Preset = keyof typeof presets;

/**
 * The hours in which power costs less than it does on average over the day, each day; undefined where no hour does, for it costs
 * the same all day.
 */
export function cheapHours(byHour: readonly number[]): readonly Span[] | undefined {
  const middle = byHour.reduce((sum, price) => sum + price, 0) / byHour.length;
  const dearest = Math.max(...byHour);
  const spans = byHour.flatMap((price, hour) =>
    price < middle && price < dearest ? [{ days: DAILY, from: at(hour), to: at(hour + 1), cell: 'f' as const }] : [],
  );
  return spans.length > 0 ? spans : undefined;
}
