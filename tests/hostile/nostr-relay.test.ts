import { expectNoHarm } from './siege.ts';
import { nostrRelay } from './surfaces/nostr-relay.ts';

expectNoHarm(nostrRelay);
