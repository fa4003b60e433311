import { expectNoHarm } from './siege.ts';
import { posemeshCallback } from './surfaces/posemesh-callback.ts';

expectNoHarm(posemeshCallback);
