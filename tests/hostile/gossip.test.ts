import { expectNoHarm } from './siege.ts';
import { gossip } from './surfaces/gossip.ts';

expectNoHarm(gossip);
