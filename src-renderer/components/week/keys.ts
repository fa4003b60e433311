// The painted week by keyboard: where the arrows lead and what the digits paint. Pure.
import type { Cell } from '../../../src-preload/contract/settings/availability.ts';
import { DAYS, HALVES, type Spot } from './cells.ts';

export interface Lie {
  /** Days side by side and the hours downwards, where there is little room. */
  readonly tall: boolean;
  /** The page reads from right to left. */
  readonly rtl: boolean;
}

/** Digits grow with what is shared. */
const PAINTS: Readonly<Record<string, Cell>> = {
  '0': 'o',
  '1': 'l',
  '2': 'n',
  '3': 'f',
  Delete: '-',
  Backspace: '-',
};

/** What a key paints, whatever the brush is. */
export function cellOfKey(key: string): Cell | undefined {
  return PAINTS[key];
}

/** A quarter of a day. */
const PAGE = HALVES / 4;

/** Where a key leads, undefined where it leads nowhere: arrows by what is seen, Home and End along the line. */
export function spotOfKey(spot: Spot, key: string, ctrl: boolean, { tall, rtl }: Lie): Spot | undefined {
  const days = (by: number): Spot => ({ ...spot, day: within(spot.day + by, DAYS) });
  const halves = (by: number): Spot => ({ ...spot, half: within(spot.half + by, HALVES) });
  const across = tall ? days : halves;
  const down = tall ? halves : days;
  switch (key) {
    case 'ArrowRight':
      return across(rtl ? -1 : 1);
    case 'ArrowLeft':
      return across(rtl ? 1 : -1);
    case 'ArrowDown':
      return down(1);
    case 'ArrowUp':
      return down(-1);
    case 'PageDown':
      return halves(PAGE);
    case 'PageUp':
      return halves(-PAGE);
    case 'Home':
      return ctrl ? { day: 0, half: 0 } : across(-HALVES);
    case 'End':
      return ctrl ? { day: DAYS - 1, half: HALVES - 1 } : across(HALVES);
    default:
      return undefined;
  }
}

function within(value: number, most: number): number {
  return Math.max(0, Math.min(most - 1, value));
}
