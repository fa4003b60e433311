// Amounts and moments in the terminal: in English, as the sentences of the node that stand beside them, which are those of logs and
// `--json` too; digits are grouped by nothing, so that they can be copied.

import { dateTime } from '../../src-i18n/format/time.ts';
import { amountParts } from '../../src-i18n/unit.ts';

const LOCALE = 'en-GB';

/** "37.57 credits"; `exact`: "37.5713 credits". */
export function amountText(amountMicro: number, unit: string, exact = false): string {
  const [figure, word] = amountParts(amountMicro, unit, LOCALE, exact);
  return `${figure.replaceAll('\u202F', '').replace('\u2212', '-')} ${word}`;
}

/** "20 Nov 2026, 14:02:09", local. */
export function momentText(at: number): string {
  return dateTime(at, LOCALE);
}
