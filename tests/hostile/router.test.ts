import { besiege } from './siege.ts';
import { router } from './surfaces/router.ts';

besiege(router);
