import { networkVerbs as shipped } from '../../../src-main/networks/verbs.ts';

export const networkVerbs = {
  ...shipped,
  parcel: async () => (await import('../parcel/verbs.ts')).parcelVerbs,
} as const;
