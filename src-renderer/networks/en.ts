// What the pages say of each network, in English.
import type { NetworkId } from '../../src-preload/contract/networks/index.ts';
import type { Rewording } from '../i18n/keys.ts';
import { iicp, reasons as iicpReasons } from './iicp/texts/en.ts';

export const networks = { iicp } satisfies Record<NetworkId, object>;

export const reasons: Readonly<Record<string, Rewording>> = { ...iicpReasons };
