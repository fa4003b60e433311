// Millionths, the whole numbers that every amount is kept in, as text: exact, for they never pass through a fraction.

/** "1904.25" of 1904250000; six decimals at most, no zeros at the end. */
export function decimalOf(micro: number): string {
  const digits = BigInt(Math.abs(micro)).toString().padStart(7, '0');
  const fraction = digits.slice(-6).replace(/0+$/, '');
  return `${micro < 0 ? '-' : ''}${digits.slice(0, -6)}${fraction && `.${fraction}`}`;
}
