import { besiege } from './siege.ts';
import { localSocket } from './surfaces/local-socket.ts';

besiege(localSocket);
