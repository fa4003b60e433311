// How a group of units crosses to the writer's thread: one flat array of primitives, because cloning nested objects would cost
// more than writing the rows. This path is walked once for every task of the node.
import type { SqlValue } from './write.ts';

/** A unit is: count of writes, then for each write: number of its text, rows expected or -1, count of values, the values. */
export type Flat = SqlValue[];

export type ToThread =
  | { readonly kind: 'open'; readonly file: string; readonly maxPages?: number }
  /** `texts` are those not sent before; they are numbered from 0 in the order they were ever sent. */
  | { readonly kind: 'group'; readonly units: number; readonly texts: readonly string[]; readonly flat: Flat }
  | { readonly kind: 'close' };

export type FromThread =
  | { readonly kind: 'opened' }
  /** Every unit of the oldest unanswered group that is not among `refused` is committed and synced. */
  | { readonly kind: 'done'; readonly refused: readonly Refusal[] }
  /** Nothing of the oldest unanswered group was kept. */
  | { readonly kind: 'failed'; readonly sqlite: string; readonly problem: string }
  | { readonly kind: 'closed' };

/** Why one unit was undone alone; `unit` counts from 0 within its group. */
export type Refusal =
  | { readonly unit: number; readonly why: 'constraint'; readonly sqlite: string }
  | { readonly unit: number; readonly why: 'count'; readonly expected: number; readonly changed: number }
  | { readonly unit: number; readonly why: 'statement'; readonly problem: string };
