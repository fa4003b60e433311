import { expectNoHarm } from './siege.ts';
import { posemeshDomain } from './surfaces/posemesh-domain.ts';

expectNoHarm(posemeshDomain);
