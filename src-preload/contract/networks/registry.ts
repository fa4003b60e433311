// The networks that there are, one line each.

import { iicpContract } from './iicp.ts';
import { paygressContract } from './paygress.ts';
import { posemeshContract } from './posemesh.ts';

export const networkContracts = { iicp: iicpContract, posemesh: posemeshContract, paygress: paygressContract } as const;
