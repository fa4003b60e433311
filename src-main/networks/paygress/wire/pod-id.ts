// What customers call what they have bought: `container-<n>`, the bare number, `standby-slot-<workload>`, or the workload's own name.

import { WorkloadId } from './fields.ts';

export type PodId =
  | { readonly by: 'number'; readonly number: number }
  | { readonly by: 'slot'; readonly workload: string }
  | { readonly by: 'workload'; readonly workload: string };

const NUMBER = /^(?:container-)?(\d{1,10})$/;
const SLOT = 'standby-slot-';

export const containerId = (number: number): string => `container-${number}`;
export const slotId = (workload: string): string => `${SLOT}${workload}`;
/** What a workload is called whose customer gave it no name. */
export const unnamedWorkload = (number: number): string => `vmid-${number}`;

/** undefined: none of these. */
export function readPodId(text: string): PodId | undefined {
  const number = Number(NUMBER.exec(text)?.[1] ?? Number.NaN);
  if (Number.isInteger(number)) return number <= 0xffff_ffff ? { by: 'number', number } : undefined;
  const isSlot = text.startsWith(SLOT);
  const workload = WorkloadId.safeParse(isSlot ? text.slice(SLOT.length) : text).data;
  return workload === undefined ? undefined : { by: isSlot ? 'slot' : 'workload', workload };
}
