import { besiege } from './siege.ts';
import { native } from './surfaces/native.ts';

besiege(native);
