// The pages of every network, one line each: the compiler asks for those of a new one.
import type { networkContracts } from '../../src-preload/contract/networks/registry.ts';
import { fips } from './fips/index.tsx';
import { iicp } from './iicp/index.ts';
import type { NetworkPages } from './pages.ts';
import { paygress } from './paygress/index.tsx';
import { posemesh } from './posemesh/index.tsx';

type Contracts = typeof networkContracts;

export const networkPages: { readonly [Id in keyof Contracts]: NetworkPages<Contracts[Id]> } = {
  iicp,
  posemesh,
  paygress,
  fips,
};
