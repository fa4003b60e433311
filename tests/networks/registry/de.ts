import * as shipped from '../../../src-renderer/networks/de.ts';
import { parcel, reasons as parcelReasons } from '../parcel/pages/texts/de.ts';

export const networks = { ...shipped.networks, parcel } as const;

export const reasons = { ...shipped.reasons, ...parcelReasons };
