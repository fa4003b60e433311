// What the pages say of each network, in English.
import type { NetworkId } from '../../src-preload/contract/networks/index.ts';
import { iicp } from './iicp/texts/en.ts';

export const networks = { iicp } satisfies Record<NetworkId, object>;
