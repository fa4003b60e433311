import * as shipped from '../../../src-renderer/networks/de.ts';
import { parcel, reasons as parcelReasons, settings as parcelSettings } from '../parcel/pages/texts/de.ts';

export const networks = { ...shipped.networks, parcel } as const;

export const settings = { ...shipped.settings, ...parcelSettings };

export const reasons = { ...shipped.reasons, ...parcelReasons };
