// Millionths, the whole numbers that every amount is kept in, as text: exact, for they never pass through a fraction.

/** Of them make a whole one. */
export const MICRO = 1_000_000;

/** "1904.25" of 1904250000; six decimals at most, no zeros at the end. Of other parts than millionths, as many as `places`. */
export function decimalOf(parts: number, places = 6): string {
  const digits = BigInt(Math.abs(parts))
    .toString()
    .padStart(places + 1, '0');
  const fraction = digits.slice(-places).replace(/0+$/, '');
  return `${parts < 0 ? '-' : ''}${digits.slice(0, -places)}${fraction && `.${fraction}`}`;
}
