// Numbers and money as text, as a locale writes them. Amounts are whole millionths and never pass through a fraction of
// floating point.

/** Groups of three are set apart by a narrow space that does not break (U+202F), which no locale takes for a decimal mark. */
const GROUP = '\u202F';
const MINUS = '\u2212';

const made = new Map<string, Intl.NumberFormat>();

/** Making one takes longer than using it a thousand times. */
function formatter(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${locale} ${JSON.stringify(options)}`;
  const held = made.get(key) ?? new Intl.NumberFormat(locale, options);
  made.set(key, held);
  return held;
}

function write(value: number | bigint | Intl.StringNumericLiteral, locale: string, options: Intl.NumberFormatOptions) {
  return formatter(locale, { useGrouping: 'always', ...options })
    .formatToParts(value)
    .map(({ type, value: part }) => (type === 'group' ? GROUP : type === 'minusSign' ? MINUS : part))
    .join('');
}

/** "1 904.25" of 1904250000; six decimals at most, no zeros at the end. */
export function formatMicro(amountMicro: number, locale: string): string {
  const digits = BigInt(Math.abs(amountMicro)).toString().padStart(7, '0');
  const decimal = `${amountMicro < 0 ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}`;
  return write(decimal as `${number}`, locale, { maximumFractionDigits: 6 });
}

/** From one on, hundredths; below it, the first three digits that count. */
const HUNDREDTH = 10_000;

/**
 * The amount as one reads it in passing: 37.57 of 37.5713, 0.00412 of 0.004123. Towards zero, so that it never shows more than there is;
 * its entries have the rest.
 */
export function atAGlance(amountMicro: number): number {
  const size = Math.abs(amountMicro);
  const step = size >= 1_000_000 ? HUNDREDTH : 10 ** Math.max(0, Math.floor(Math.log10(size || 1)) - 2);
  return Math.sign(amountMicro) * Math.floor(size / step) * step || 0;
}

export function formatCount(count: number, locale: string): string {
  return write(count, locale, { maximumFractionDigits: 0 });
}

export function formatNumber(value: number, decimals: number, locale: string): string {
  return write(value, locale, { maximumFractionDigits: decimals });
}

/** "50 %" of 0.5 */
export function formatPercent(share: number, locale: string): string {
  return write(share, locale, { style: 'percent', maximumFractionDigits: 0 });
}

const SIZES = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** "4.2 GB" of 4200000000: in the largest unit that fits, of thousands, as data plans and drives count. */
export function formatBytes(bytes: number, locale: string): string {
  const step = bytes < 1 ? 0 : Math.min(SIZES.length - 1, Math.floor(Math.log10(bytes) / 3));
  return formatUnit(bytes / 1000 ** step, SIZES[step] ?? 'byte', locale);
}

const MEMORY_STEP = 1024;

/** "16 GB" of 17179869184: as memory is sold and every system counts it, by 1024, under the names that people use for it. */
export function formatMemory(bytes: number, locale: string): string {
  const step = bytes < 1 ? 0 : Math.min(SIZES.length - 1, Math.floor(Math.log2(bytes) / 10));
  return formatUnit(bytes / MEMORY_STEP ** step, SIZES[step] ?? 'byte', locale);
}

/** Units that have no shorter form, or none that tells one from many. */
const LONG: readonly string[] = ['day', 'byte'];

/** "12 sec", "5 min", "3 days", "62 bytes" */
export function formatUnit(value: number, unit: string, locale: string): string {
  const unitDisplay = LONG.includes(unit) ? 'long' : 'short';
  return write(value, locale, { style: 'unit', unit, unitDisplay, maximumFractionDigits: value < 10 ? 1 : 0 });
}
