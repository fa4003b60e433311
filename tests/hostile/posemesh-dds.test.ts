import { expectNoHarm } from './siege.ts';
import { posemeshDds } from './surfaces/posemesh-dds.ts';

expectNoHarm(posemeshDds);
