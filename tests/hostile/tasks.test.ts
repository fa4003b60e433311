import { expectNoHarm } from './siege.ts';
import { tasks } from './surfaces/tasks.ts';

expectNoHarm(tasks);
