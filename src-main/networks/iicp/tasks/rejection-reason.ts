// Why a task was turned away, in the house's words: causes that a lender can act on are kept apart, however the wire says it.

import { Bound } from '../../../../src-preload/contract/availability.ts';
import type { RefusalReason } from '../../../../src-preload/contract/work.ts';
import type { Refusal } from './wire.ts';

const BY_CODE: Readonly<Record<string, RefusalReason>> = {
  'IICP-E010': 'repeated',
  'IICP-E011': 'repeated',
  'IICP-E012': 'not-allowed',
  'IICP-E021': 'full',
  'IICP-E023': 'too-often',
  // As a refusal it means that a model server was lost over the same payload before.
  backend_error: 'repeated',
  tool_execution_denied: 'unknown-kind',
  unauthorized: 'not-allowed',
};
/** Of a node that has too much to do to read or remember the task. */
const BUSY: ReadonlySet<unknown> = new Set(['memory', 'overloaded', 'replay_memory']);
const BOUNDS: ReadonlySet<unknown> = new Set(Bound.options);

export function reasonOf({ body }: Pick<Refusal, 'body'>): RefusalReason {
  const { code, message, reason } = (body.error ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof code !== 'string') return 'unreadable';
  const known = BY_CODE[code];
  if (known) return known;
  if (code.startsWith('cip_')) return 'not-allowed';
  if (code === 'IICP-E029') return message === 'model_not_offered' ? 'unknown-model' : 'unknown-kind';
  if (code !== 'IICP-E024') return 'unreadable';
  if (BUSY.has(reason)) return 'busy';
  if (reason === 'deadline_too_short') return 'hurried';
  return BOUNDS.has(reason) ? 'not-sharing' : 'no-server';
}
