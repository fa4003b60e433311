// Amounts and stretches of time inside sentences.
import type { Format } from '../../format/format.ts';
import { quoted } from '../../format/text.ts';
import type { Translate } from '../../i18n/keys.ts';
import type { Step } from '../../parts/entries-link.tsx';

/** "1.9 credits", for a sentence; `Amount` shows the same where it stands alone. Exact: to the last digit. */
export function amountWords(micro: number, unit: string, f: Pick<Format, 'amount'>, exact = false): string {
  const [figure, word] = f.amount(micro, unit, exact);
  // A unit that no network has a word for may be a stranger's text.
  return `${figure} ${word === unit ? quoted(word, 16) : word}`;
}

/** "3 entries sum to ..." needs them all: one amount for each unit. */
export function amountsWords(
  totals: readonly { readonly unit: string; readonly netMicro: number }[],
  f: Pick<Format, 'amount' | 'list'>,
): string {
  return f.list(totals.map(({ unit, netMicro }) => amountWords(netMicro, unit, f, true)));
}

/** "Fri 20 Nov", "16 to 22 Nov", "November 2026" */
export function periodName(by: Step, point: { readonly start: number; readonly end: number }, t: Translate, f: Format) {
  // The last millisecond belongs to it, the end does not.
  const last = point.end - 1;
  if (by === 'day') return f.date(point.start, 'date');
  if (by === 'month') return f.date(point.start, 'month');
  return t('earnings.span', { from: f.date(point.start, 'date'), to: f.date(last, 'date') });
}

/** Under a bar, where there is room for little. */
export function periodMark(by: Step, point: { readonly start: number }, f: Format): string {
  return by === 'month' ? f.date(point.start, 'monthShort') : f.date(point.start, 'dayMonth');
}
