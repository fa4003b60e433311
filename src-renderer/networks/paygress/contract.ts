import type { paygressContract } from '../../../src-preload/contract/networks/paygress.ts';

export type Paygress = typeof paygressContract;
