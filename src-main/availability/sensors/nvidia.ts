// What NVIDIA's driver tells of its cards.

import type { Run } from '../../base/run.ts';
import { NO_ANSWER, NOT_HERE, type Reading, reads } from './sensor.ts';

export interface Card {
  readonly name: string;
  /** NaN where this card does not tell. */
  readonly celsius: number;
  readonly totalBytes: number;
  readonly freeBytes: number;
  /** NaN the same. */
  readonly watts: number;
}

const FIELDS = 'name,temperature.gpu,memory.total,memory.free,power.draw';
const MIB = 1024 * 1024;

export async function nvidia(run: Run, signal: AbortSignal): Promise<Reading<readonly Card[]>> {
  const answered = await run('nvidia-smi', [`--query-gpu=${FIELDS}`, '--format=csv,noheader,nounits'], signal);
  if (answered.kind !== 'done') return answered.kind === 'missing' ? NOT_HERE : NO_ANSWER;
  const cards = answered.text.split('\n').flatMap((line): readonly Card[] => {
    const [name, celsius, total, free, watts] = line.split(',').map((part) => part.trim());
    if (!name || free === undefined) return [];
    return [
      {
        name,
        celsius: number(celsius),
        totalBytes: number(total) * MIB,
        freeBytes: number(free) * MIB,
        watts: number(watts),
      },
    ];
  });
  return cards.length > 0 ? reads(cards) : NOT_HERE;
}

/** `[N/A]` and `[Not Supported]` are answers too. */
function number(text: string | undefined): number {
  return text !== undefined && /^\d{1,9}(?:\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN;
}
