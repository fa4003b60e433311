import { expectNoHarm } from './siege.ts';
import { backups } from './surfaces/backups.ts';

expectNoHarm(backups);
