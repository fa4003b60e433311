import { besiege } from './siege.ts';
import { dialBack } from './surfaces/dial-back.ts';

besiege(dialBack);
