// What a job brings, as its manager says: a number in its own credits, as text. It is an estimate, for nothing in this protocol says
// what was paid.

import type { Task } from '../dms/lease.ts';

const DECIMAL = /^\d{1,9}(?:\.(\d{1,18}))?$/;
const MICRO_PLACES = 6;

/** In millionths: what was debited, else what was expected to be; undefined where neither is a number above zero. */
export function estimateOf(task: Pick<Task, 'debited_amount' | 'estimated_credit_cost'>): number | undefined {
  return microOf(task.debited_amount) ?? microOf(task.estimated_credit_cost);
}

/** What is less than a millionth is left out. */
function microOf(text: string | null): number | undefined {
  const match = DECIMAL.exec(text ?? '');
  if (!match) return undefined;
  const [whole = ''] = match[0].split('.');
  const fraction = (match[1] ?? '').slice(0, MICRO_PLACES).padEnd(MICRO_PLACES, '0');
  const micro = Number(whole + fraction);
  return micro > 0 ? micro : undefined;
}
