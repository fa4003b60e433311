import { besiege } from './siege.ts';
import { consolePages } from './surfaces/console.ts';

besiege(consolePages);
