// The networks that there are, one line each.

import { iicpFactory } from './iicp/factory.ts';
import type { NetworkFactory } from './network.ts';
import { paygressFactory } from './paygress/factory.ts';
import { posemeshFactory } from './posemesh/factory.ts';

export const networkFactories = {
  iicp: iicpFactory,
  posemesh: posemeshFactory,
  paygress: paygressFactory,
} as const satisfies Readonly<Record<string, NetworkFactory>>;
