import { besiege } from './siege.ts';
import { gossip } from './surfaces/gossip.ts';

besiege(gossip);
