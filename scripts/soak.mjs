// `npm run soak`: the long forms of tests that CI runs in short, one after another.
import { spawnSync } from 'node:child_process';
import { buildWhenNeeded } from './lib/build.mjs';
import { ROOT } from './lib/root.mjs';

const LONG = [
  'tests/integration/million.test.ts',
  // On the built app, with times that want a computer for itself.
  'tests/integration/load.test.ts',
  'tests/integration/crash.test.ts',
  'tests/integration/storage-crash.test.ts',
  'tests/integration/wallet-sigkill.test.ts',
  'tests/integration/wallet-model.test.ts',
  'tests/integration/wallet-cut.test.ts',
  'tests/integration/wallet-month.test.ts',
  'tests/integration/networks/posemesh/kill.test.ts',
  'tests/integration/backends/workloads/killed.test.ts',
  'tests/integration/paygress-sigkill.test.ts',
  'tests/integration/backends/workloads/podman-rootless.test.ts',
  'tests/integration/networks/posemesh/polls.test.ts',
  // For HEARTH_SOAK_HOURS, 1 where that is not set.
  'tests/lab/lease.test.ts',
  'tests/integration/networks/iicp/receipts/week.test.ts',
  'tests/unit/release-signing.test.ts',
  // Ten seconds an attack in place of half a one, and judged by how long honest ones wait.
  'tests/hostile/',
  'tests/unit/reachability/datagrams.test.ts',
  'tests/unit/reachability/upnp/fuzz.test.ts',
  'tests/unit/networks/fips/wire.test.ts',
  // With the official daemon where HEARTH_FIPS names the folder of its programs.
  'tests/integration/networks/fips/',
];

buildWhenNeeded(process.execPath);
const projects = ['integration', 'unit', 'lab', 'hostile'].flatMap((name) => ['--project', name]);
const { status } = spawnSync('vitest', ['run', '--no-file-parallelism', ...projects, ...LONG], {
  cwd: ROOT,
  stdio: 'inherit',
  shell: process.platform === 'win32',
  env: { ...process.env, HEARTH_SOAK: '1', HEARTH_TESTS_BUILT: '1' },
});
process.exit(status ?? 1);
