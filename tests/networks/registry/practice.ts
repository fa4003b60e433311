import { practiceNetworks as shipped } from '../../../src-main/practice/registry.ts';

export const practiceNetworks = {
  ...shipped,
  parcel: async () => (await import('../parcel/manager.ts')).practiseParcel,
} as const;
