import { networkPages as shipped } from '../../../src-renderer/networks/registry.ts';
import { parcel } from '../parcel/pages/index.tsx';

export const networkPages = { ...shipped, parcel } as const;
