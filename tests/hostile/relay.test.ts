import { expectNoHarm } from './siege.ts';
import { relay } from './surfaces/relay.ts';

expectNoHarm(relay);
