import { expectNoHarm } from './siege.ts';
import { runners } from './surfaces/runners.ts';

expectNoHarm(runners);
