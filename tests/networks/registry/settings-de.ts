import { settings as shipped } from '../../../src-renderer/networks/settings-de.ts';
import { settings as parcel } from '../parcel/pages/texts/de-settings.ts';

export const settings = { ...shipped, ...parcel };
