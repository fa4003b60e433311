import { besiege } from './siege.ts';
import { backups } from './surfaces/backups.ts';

besiege(backups);
