import type { iicpContract } from '../../../src-preload/contract/networks/iicp.ts';

export type Iicp = typeof iicpContract;
