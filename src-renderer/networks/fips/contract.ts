import type { fipsContract } from '../../../src-preload/contract/networks/fips.ts';

export type Fips = typeof fipsContract;
