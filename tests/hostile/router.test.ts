import { expectNoHarm } from './siege.ts';
import { router } from './surfaces/router.ts';

expectNoHarm(router);
