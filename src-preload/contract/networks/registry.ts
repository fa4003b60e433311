// The networks that there are, one line each.

import { iicpContract } from './iicp.ts';
import { posemeshContract } from './posemesh.ts';

export const networkContracts = { iicp: iicpContract, posemesh: posemeshContract } as const;
