// What `hearth` is in tests that start it as a process: its sources, or under `npm test` the app that has just been built of them, which
// starts in a third of the time.
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

export const CLI = join(ROOT, process.env.HEARTH_TESTS_BUILT ? 'build/app/main/cli.js' : 'src-main/cli.ts');
