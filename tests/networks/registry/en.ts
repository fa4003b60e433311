import * as shipped from '../../../src-renderer/networks/en.ts';
import { parcel, reasons as parcelReasons } from '../parcel/pages/texts/en.ts';

export const networks = { ...shipped.networks, parcel } as const;

export const reasons = { ...shipped.reasons, ...parcelReasons };
