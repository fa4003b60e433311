// Money as text. Amounts are whole millionths and never pass through a fraction of floating point.

/** Groups of three, set apart by a narrow space that does not break (U+202F). */
const GROUP = '\u202F';
const MINUS = '\u2212';

/** "1 904.25" of 1904250000; six decimals at most, no zeros at the end. */
export function formatMicro(amountMicro: number): string {
  const negative = amountMicro < 0;
  const digits = BigInt(Math.abs(amountMicro)).toString().padStart(7, '0');
  const whole = digits.slice(0, -6).replace(/\B(?=(\d{3})+$)/g, GROUP);
  const fraction = digits.slice(-6).replace(/0+$/, '');
  return `${negative ? MINUS : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** The unit after its amount: "1 credit", "2 credits"; a unit we do not know stays as it is. */
export function unitWord(unit: string, amountMicro: number): string {
  if (unit !== 'credit' && unit !== 'credits') return unit;
  return amountMicro === 1_000_000 ? 'credit' : 'credits';
}

/** "from 31 tasks" */
export function fromTasks(entries: number): string {
  return `from ${formatCount(entries)} ${entries === 1 ? 'task' : 'tasks'}`;
}

export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, GROUP);
}
