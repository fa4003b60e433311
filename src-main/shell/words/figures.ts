// Figures as the pages write them, for the few that stand outside the pages.

import { plain } from '../../../src-i18n/tongue.ts';
import { amountParts } from '../../../src-i18n/unit.ts';
import type { Sum } from '../../../src-preload/contract/earnings.ts';
import type { Words } from './words.ts';

/** A menu has no room for more; Earnings has them all. */
const MOST_UNITS = 2;
const LONGEST_UNIT = 16;

/** "38 sat, 1.5 credits"; empty where they come to nothing. */
export function amountsOf(
  sums: readonly Pick<Sum, 'amountMicro' | 'unit'>[],
  { locale }: Pick<Words, 'locale'>,
): string {
  return sums
    .filter(({ amountMicro }) => amountMicro !== 0)
    .slice(0, MOST_UNITS)
    .map(({ amountMicro, unit }) => {
      const [figure, word] = amountParts(amountMicro, unit, locale);
      return `${figure} ${plain(word, LONGEST_UNIT)}`;
    })
    .join(', ');
}
