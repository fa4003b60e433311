import { networkFactories as shipped } from '../../../src-main/networks/registry.ts';
import { parcelFactory } from '../parcel/network.ts';

export const networkFactories = { ...shipped, parcel: parcelFactory } as const;
