// The networks that there are, one line each.

import { fipsContract } from './fips.ts';
import { iicpContract } from './iicp.ts';
import { posemeshContract } from './posemesh.ts';

export const networkContracts = { iicp: iicpContract, posemesh: posemeshContract, fips: fipsContract } as const;
