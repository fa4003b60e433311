import { expectNoHarm } from './siege.ts';
import { posemeshDms } from './surfaces/posemesh-dms.ts';

expectNoHarm(posemeshDms);
