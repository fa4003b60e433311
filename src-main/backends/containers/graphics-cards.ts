// The graphics cards of this computer in a container, as each engine is asked for them. Pure.

import type Docker from 'dockerode';
import { NVIDIA_CARDS } from '../../../src-preload/contract/settings/boxes.ts';
import type { Engine } from './engine.ts';

/** `device`: by its name in CDI, which root has described in a file of this computer. */
export function graphicsCards({ make }: Pick<Engine, 'make'>, device: string = NVIDIA_CARDS): Docker.DeviceRequest {
  // Docker has a way of its own to those of Nvidia, and CDI only since version 25.
  return make === 'docker' && device === NVIDIA_CARDS
    ? { Driver: 'nvidia', Count: -1, Capabilities: [['gpu']] }
    : { Driver: 'cdi', DeviceIDs: [device] };
}

/** What containers without them have in their environment: Nvidia's runtime gives them to any whose image asks for them there. */
export const NO_CARDS = { NVIDIA_VISIBLE_DEVICES: 'void' } as const;
