import { besiege } from './siege.ts';
import { tasks } from './surfaces/tasks.ts';

besiege(tasks);
