// Figures as the pages write them, for the few that stand outside the pages.

import { formatMicro } from '../../../src-i18n/format/money.ts';
import { plain } from '../../../src-i18n/tongue.ts';
import type { Sum } from '../../../src-preload/contract/earnings.ts';
import type { Words } from './words.ts';

/** A menu has no room for more; Earnings has them all. */
const MOST_UNITS = 2;
const LONGEST_UNIT = 16;

/** "38 sat, 1.5 credits"; empty where they come to nothing. */
export function amountsOf(sums: readonly Sum[], words: Words): string {
  const some = sums.filter(({ amountMicro }) => amountMicro !== 0);
  return some
    .slice(0, MOST_UNITS)
    .map(({ amountMicro, unit }) => `${formatMicro(amountMicro, words.locale)} ${unitOf(unit, amountMicro, words)}`)
    .join(', ');
}

function unitOf(unit: string, amountMicro: number, words: Words): string {
  if (unit === 'credit' || unit === 'credits') return words.credits(amountMicro === 1_000_000);
  return plain(unit, LONGEST_UNIT);
}
