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
