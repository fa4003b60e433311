import { networkContracts as shipped } from '../../../src-preload/contract/networks/registry.ts';
import { parcelContract } from '../parcel/contract.ts';

export const networkContracts = { ...shipped, parcel: parcelContract } as const;
