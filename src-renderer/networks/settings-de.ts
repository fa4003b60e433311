// What the settings of each network are for, in German. No page shows it at the start.
import { settings as fips } from './fips/texts/de-settings.ts';
import { settings as iicp } from './iicp/texts/de-settings.ts';
import { settings as paygress } from './paygress/texts/de-settings.ts';
import { settings as posemesh } from './posemesh/texts/de-settings.ts';

export const settings: Readonly<Record<string, string>> = { ...iicp, ...posemesh, ...paygress, ...fips };
