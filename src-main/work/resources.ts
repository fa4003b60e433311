// What work takes of this computer, and the arithmetic of it.

import type { Resources } from '../../src-preload/contract/work.ts';

export type { Resources };

/** Every resource by its name, in the order in which pages show them. */
export const RESOURCES = ['slots', 'cpuMillicores', 'memoryMiB', 'diskMiB', 'gpuMiB', 'ports'] as const;

export const NOTHING: Resources = { slots: 0, cpuMillicores: 0, memoryMiB: 0, diskMiB: 0, gpuMiB: 0, ports: 0 };
/** What a task of inference takes: the model server minds the memory. */
export const ONE_SLOT: Resources = { ...NOTHING, slots: 1 };

export function plus(left: Resources, right: Resources): Resources {
  return {
    slots: left.slots + right.slots,
    cpuMillicores: left.cpuMillicores + right.cpuMillicores,
    memoryMiB: left.memoryMiB + right.memoryMiB,
    diskMiB: left.diskMiB + right.diskMiB,
    gpuMiB: left.gpuMiB + right.gpuMiB,
    ports: left.ports + right.ports,
  };
}

export function minus(left: Resources, right: Resources): Resources {
  return {
    slots: left.slots - right.slots,
    cpuMillicores: left.cpuMillicores - right.cpuMillicores,
    memoryMiB: left.memoryMiB - right.memoryMiB,
    diskMiB: left.diskMiB - right.diskMiB,
    gpuMiB: left.gpuMiB - right.gpuMiB,
    ports: left.ports - right.ports,
  };
}
