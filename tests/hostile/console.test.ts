import { expectNoHarm } from './siege.ts';
import { consolePages } from './surfaces/console.ts';

expectNoHarm(consolePages);
