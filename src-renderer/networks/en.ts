// What the pages say of each network, in English.

import type { Rewording } from '../../src-i18n/fill.ts';
import type { NetworkId } from '../../src-preload/contract/networks/index.ts';
import { fips, reasons as fipsReasons } from './fips/texts/en.ts';
import { iicp, reasons as iicpReasons } from './iicp/texts/en.ts';
import { paygress, reasons as paygressReasons } from './paygress/texts/en.ts';
import { posemesh, reasons as posemeshReasons } from './posemesh/texts/en.ts';

export const networks = { iicp, posemesh, paygress, fips } satisfies Record<NetworkId, object>;

export const reasons: Readonly<Record<string, Rewording>> = {
  ...iicpReasons,
  ...posemeshReasons,
  ...paygressReasons,
  ...fipsReasons,
};
