import type { posemeshContract } from '../../../src-preload/contract/networks/posemesh.ts';

export type Posemesh = typeof posemeshContract;
