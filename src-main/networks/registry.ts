// The networks that there are, one line each.

import { iicpFactory } from './iicp/factory.ts';
import type { NetworkFactory } from './network.ts';

export const networkFactories = { iicp: iicpFactory } as const satisfies Readonly<Record<string, NetworkFactory>>;
