// What callers of this protocol are held to at its listener, beside what holds at every one of this node.

import { type BoundTable, bound, valuesOf } from '../../../base/bounds.ts';
import { type InboundLimits, inboundLimits } from '../../../inbound/bounds.ts';
import { TIMEOUT_MS } from '../tasks/wire.ts';

const MIB = 1024 * 1024;

export const TASK_SERVER_BOUNDS = {
  surface: 'task server',
  rows: {
    body: bound(16 * MIB, 'bytes', 'Pictures and sound travel inline; `networks.iicp.maxBodyMiB` sets another size.'),
    silentMs: bound(
      TIMEOUT_MS.most + 30_000,
      'ms',
      'The longest task and a little: until then silence means that the model is at work, afterwards that nothing is read.',
    ),
    nativeIdleMs: bound(120_000, 'ms', 'A native connection without a frame is closed.'),
  },
} satisfies BoundTable;

const USUAL = valuesOf(TASK_SERVER_BOUNDS);

export type TaskServerLimits = InboundLimits & typeof USUAL;

/** `body`: the largest body of a task in bytes, where it is not the usual one. */
export function limitsFor(body: number = USUAL.body, others: Partial<TaskServerLimits> = {}): TaskServerLimits {
  return { ...inboundLimits({ ...USUAL, body, ...others }), nativeIdleMs: others.nativeIdleMs ?? USUAL.nativeIdleMs };
}
