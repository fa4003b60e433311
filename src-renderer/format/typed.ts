// Numbers and times as people type them, in any of the ways that languages write them.

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

const TIME = /^(\d{1,2})(?:[:.](\d{2}))?\s*([ap])?\.?(?:m\.?)?$/;

/** Minutes since midnight of "22:00", "22.00", "22", "10 pm" or "10:00 PM"; undefined for what is no time of the day. */
export function readTime(text: string): number | undefined {
  const [, hours, minutes = '0', half] =
    TIME.exec(
      text
        .normalize('NFKC')
        .trim()
        .toLowerCase()
        .replace(/\s*uhr$/, ''),
    ) ?? [];
  const [hour, minute] = [Number(hours ?? Number.NaN), Number(minutes)];
  const fits = half === undefined ? hour <= 23 : hour >= 1 && hour <= 12;
  if (!fits || minute > 59) return undefined;
  return (half === undefined ? hour : (hour % 12) + (half === 'p' ? 12 : 0)) * 60 + minute;
}
