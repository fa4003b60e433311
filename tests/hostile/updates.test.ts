import { besiege } from './siege.ts';
import { updates } from './surfaces/updates.ts';

besiege(updates);
