// What the pages say of each network, in German; whatever is missing does not compile.
import type { Rewording, Same } from '../../src-i18n/fill.ts';
import type * as en from './en.ts';
import { fips, reasons as fipsReasons } from './fips/texts/de.ts';
import { iicp, reasons as iicpReasons } from './iicp/texts/de.ts';
import { paygress, reasons as paygressReasons } from './paygress/texts/de.ts';
import { posemesh, reasons as posemeshReasons } from './posemesh/texts/de.ts';

export const networks: Same<typeof en.networks> = { iicp, posemesh, paygress, fips };

export const reasons: Readonly<Record<string, Rewording>> = {
  ...iicpReasons,
  ...posemeshReasons,
  ...paygressReasons,
  ...fipsReasons,
};
