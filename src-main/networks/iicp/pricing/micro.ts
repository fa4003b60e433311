// Credits as a directory writes them, in micro-credits. One of the official directories tells the lines of its books as text
// ("0.1235") and its sums as numbers: text is read digit by digit, so that nothing is lost to binary fractions.

const DECIMAL = /^(-?)(\d{1,10})(?:\.(\d{1,18}))?$/;
const PLACES = 6;
const MICRO = 1_000_000;

/** A whole number of micro-credits; NaN for what is no amount of credits. */
export function microOf(said: number | string): number {
  if (typeof said === 'number') return Math.round(said * MICRO);
  const [, sign, whole, fraction = ''] = DECIMAL.exec(said) ?? [];
  if (whole === undefined) return Number.NaN;
  const digits = fraction.padEnd(PLACES + 1, '0');
  const micro = Number(whole) * MICRO + Number(digits.slice(0, PLACES)) + (digits[PLACES]! >= '5' ? 1 : 0);
  return sign === '-' ? 0 - micro : micro;
}
