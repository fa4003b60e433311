// What a pod says of itself: whether its program runs, how it ended, and why it can't begin.

import { z } from 'zod';
import { Meta } from './cluster.ts';

const Container = z.object({
  imageID: z.string().optional(),
  restartCount: z.number().optional(),
  state: z
    .object({
      running: z.object({ startedAt: z.string().nullish() }).optional(),
      terminated: z.object({ reason: z.string().optional(), exitCode: z.number().optional() }).optional(),
      waiting: z.object({ reason: z.string().optional(), message: z.string().optional() }).optional(),
    })
    .optional(),
});

export const Pod = z.object({
  metadata: Meta,
  spec: z.object({ nodeName: z.string().optional() }),
  status: z
    .object({
      phase: z.string().optional(),
      reason: z.string().optional(),
      message: z.string().optional(),
      podIP: z.string().optional(),
      conditions: z
        .array(
          z.object({
            type: z.string(),
            status: z.string(),
            reason: z.string().optional(),
            message: z.string().optional(),
          }),
        )
        .optional(),
      containerStatuses: z.array(Container).optional(),
    })
    .optional(),
});
export type Pod = z.infer<typeof Pod>;

const ENDED: ReadonlySet<unknown> = new Set(['Succeeded', 'Failed']);
/** It does not begin, however long it is waited for. */
const IN_VAIN =
  /^(?:CreateContainerConfigError|CreateContainerError|RunContainerError|ErrImagePull|ImagePullBackOff|InvalidImageName|ErrImageNeverPull)$/;

export type PodState = 'waiting' | 'running' | 'ended';

export function stateOf({ status }: Pod): PodState {
  const state = status?.containerStatuses?.[0]?.state;
  if (ENDED.has(status?.phase) || state?.terminated) return 'ended';
  return state?.running ? 'running' : 'waiting';
}

/** Whether its node has taken it to be well: one that is not heard of leaves its pods as they were. */
export function isReady({ status }: Pod): boolean {
  return status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;
}

/** Whether the kernel ended it because it wanted more memory than it has. */
export const ranOutOfMemory = ({ status }: Pod) =>
  status?.containerStatuses?.[0]?.state?.terminated?.reason === 'OOMKilled';

/** Of its program; undefined: nobody knows. */
export const exitCodeOf = ({ status }: Pod) => status?.containerStatuses?.[0]?.state?.terminated?.exitCode;

/** Why it can't begin; undefined: nothing says that it can't. */
export function whyInVain({ status }: Pod): { readonly reason: string; readonly message: string } | undefined {
  const waiting = status?.containerStatuses?.[0]?.state?.waiting;
  if (waiting && IN_VAIN.test(waiting.reason ?? ''))
    return { reason: waiting.reason!, message: cut(waiting.message ?? waiting.reason!) };
  const placed = status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (placed?.status === 'False' && placed.reason === 'Unschedulable')
    return { reason: placed.reason, message: cut(placed.message ?? placed.reason) };
  return undefined;
}

const cut = (text: string) => text.slice(0, 500);
