import { expectNoHarm } from './siege.ts';
import { localSocket } from './surfaces/local-socket.ts';

expectNoHarm(localSocket);
