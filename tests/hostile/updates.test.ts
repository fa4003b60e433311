import { expectNoHarm } from './siege.ts';
import { updates } from './surfaces/updates.ts';

expectNoHarm(updates);
