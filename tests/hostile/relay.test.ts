import { besiege } from './siege.ts';
import { relay } from './surfaces/relay.ts';

besiege(relay);
