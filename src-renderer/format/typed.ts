// Numbers as people type them, in any of the ways that languages write them.

/**
 * Undefined for nothing, NaN for what is no number. Spaces and apostrophes may group; the comma is a decimal point as the dot
 * is. Where fractions are not expected, both group as well: "10.000" and "10,000" are ten thousand then.
 */
export function readNumber(text: string, fractions: boolean): number | undefined {
  const spaced = text.replace(/[\s\u00A0\u202F'’]/g, '').replace(/^\u2212/, '-');
  if (spaced === '') return undefined;
  const plain = fractions ? spaced.replace(',', '.') : spaced.replace(/[.,](?=\d{3}(\D|$))/g, '');
  return /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : Number.NaN;
}
