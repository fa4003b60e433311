import { networkVerbs as shipped } from '../../../src-main/networks/verbs.ts';
import { parcelVerbs } from '../parcel/verbs.ts';

export const networkVerbs = { ...shipped, parcel: parcelVerbs } as const;
