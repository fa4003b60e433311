// `npm run bench`: side by side with peers, on the built app.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buildWhenNeeded } from './lib/build.mjs';
import { ROOT } from './lib/root.mjs';

buildWhenNeeded(process.execPath);
const args = [join(ROOT, 'tests/bench/bench.ts'), ...process.argv.slice(2)];
process.exit(spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' }).status ?? 1);
