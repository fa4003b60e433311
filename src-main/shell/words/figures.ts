// Figures as the pages write them, for the few that stand outside the pages.

import type { Sum } from '../../../src-preload/contract/earnings.ts';
import { decimalOf } from '../../base/micro.ts';
import type { Words } from './words.ts';

const GROUP = '\u202F';
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

/** "1 904.25" of 1904250000. Whole millionths never pass through a fraction of floating point. */
function formatMicro(amountMicro: number, locale: string): string {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 6, useGrouping: 'always' })
    .formatToParts(decimalOf(amountMicro) as `${number}`)
    .map(({ type, value }) => (type === 'group' ? GROUP : type === 'minusSign' ? '\u2212' : value))
    .join('');
}

/** Text of others on one line of ours: no control characters, no marks that turn its direction, cut. */
export function plain(text: string, most: number): string {
  const clean = text.replace(/[\p{Cc}\u202A-\u202E\u2066-\u2069]+/gu, ' ').trim();
  return clean.length <= most ? clean : `${clean.slice(0, most).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
