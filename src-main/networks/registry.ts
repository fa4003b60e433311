// The networks that there are, one line each.

import { iicpFactory } from './iicp/factory.ts';
import type { NetworkFactory } from './network.ts';
import { posemeshFactory } from './posemesh/factory.ts';

export const networkFactories = { iicp: iicpFactory, posemesh: posemeshFactory } as const satisfies Readonly<
  Record<string, NetworkFactory>
>;
