import { expectNoHarm } from './siege.ts';
import { boxPorts } from './surfaces/box-ports.ts';

expectNoHarm(boxPorts);
