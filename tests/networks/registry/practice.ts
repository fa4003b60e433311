import { practiceNetworks as shipped } from '../../../src-main/practice/registry.ts';
import { practiseParcel } from '../parcel/manager.ts';

export const practiceNetworks = { ...shipped, parcel: practiseParcel } as const;
