// The networks that there are, one line each.

import { fipsContract } from './fips.ts';
import { iicpContract } from './iicp.ts';
import { paygressContract } from './paygress.ts';
import { posemeshContract } from './posemesh.ts';

export const networkContracts = {
  iicp: iicpContract,
  posemesh: posemeshContract,
  paygress: paygressContract,
  fips: fipsContract,
} as const;
