import { besiege } from './siege.ts';
import { exports } from './surfaces/exports.ts';

besiege(exports);
