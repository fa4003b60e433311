// What the pages say of each network, in English.

import type { Rewording } from '../../src-i18n/fill.ts';
import type { NetworkId } from '../../src-preload/contract/networks/index.ts';
import { iicp, reasons as iicpReasons } from './iicp/texts/en.ts';
import { paygress, reasons as paygressReasons } from './paygress/texts/en.ts';
import { posemesh, reasons as posemeshReasons } from './posemesh/texts/en.ts';

export const networks = { iicp, posemesh, paygress } satisfies Record<NetworkId, object>;

export const reasons: Readonly<Record<string, Rewording>> = { ...iicpReasons, ...posemeshReasons, ...paygressReasons };
