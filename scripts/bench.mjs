// `npm run bench`: side by side with peers, on the built app. Everything after `--`:
//   --short            about two minutes in place of ten
//   --only a,b         of direct, pipe, nginx, haproxy, caddy, fastify, portkey, plain, sealed, native, relayed
//   --part a,b         of main, connections, sizes, mixed, vitals
//   --peers            first install the peers that come from npm
//   --million          the million tasks instead, see docs/benchmarks.md
//   --scroll           how evenly a list of 100,000 tasks scrolls instead; --step 400 pixels a frame, --tasks 100000
//   --wallet           ecash instead: balance and page of a large wallet, and redeeming a token beside a bare cashu-ts wallet
//   --leases           10,000 leases in a provider's books instead: a page of them, and a look at what is due
//   --idle             what it takes of a computer at rest, with its page hidden, instead
//   --transfer         five gigabytes down and up through a job beside curl instead; --gb 5, --rounds 2
//   --boxes            containers for strangers, all at once, beside podman's own command line instead; --count 50, --rounds 3; root
//   --bombs            a task of the owner's beside a stranger's box that does its worst instead; --rounds 3, --tasks 12; root
//   --mesh             a link and a session of the mesh beside plain datagrams, and by the official daemon, instead
//   --router           opening a port in a home's router instead, in the lab; root
//   --cli FILE         another build of the command, such as DIR/build/app/main/cli.js
//   --before FILE      one more build, measured in the same rounds
//   --data FOLDER      where the node's data lies, if not in the system's folder for temporary files
//   --json FILE        all samples
// Lists the aims that were missed at its end, and then ends with 1.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buildWhenNeeded } from './lib/build.mjs';
import { ROOT } from './lib/root.mjs';

const given = process.argv.slice(2);
const INSTEAD = [
  '--peers',
  '--million',
  '--scroll',
  '--idle',
  '--wallet',
  '--leases',
  '--transfer',
  '--boxes',
  '--bombs',
  '--mesh',
];
const args = given.filter((arg) => !INSTEAD.includes(arg));
const run = (command, options, cwd = ROOT) => spawnSync(command, options, { cwd, stdio: 'inherit' }).status ?? 1;

if (given.includes('--million')) {
  process.exit(run(process.execPath, ['--expose-gc', join(ROOT, 'tests/bench/million.ts'), ...args]));
}
if (given.includes('--wallet')) process.exit(run(process.execPath, [join(ROOT, 'tests/bench/wallet.ts'), ...args]));
if (given.includes('--leases')) process.exit(run(process.execPath, [join(ROOT, 'tests/bench/leases.ts'), ...args]));
if (given.includes('--scroll')) {
  buildWhenNeeded(process.execPath);
  process.exit(run(process.execPath, [join(ROOT, 'tests/bench/scroll.ts'), ...args]));
}
if (given.includes('--idle')) {
  buildWhenNeeded(process.execPath);
  process.exit(run(process.execPath, [join(ROOT, 'tests/bench/idle.ts'), ...args]));
}
if (given.includes('--mesh')) process.exit(run(process.execPath, [join(ROOT, 'tests/bench/mesh.ts'), ...args]));
if (given.includes('--transfer')) {
  process.exit(run(process.execPath, [join(ROOT, 'tests/bench/transfer.ts'), ...args]));
}
if (given.includes('--boxes')) process.exit(run(process.execPath, [join(ROOT, 'tests/bench/boxes.ts'), ...args]));
if (given.includes('--bombs')) process.exit(run(process.execPath, [join(ROOT, 'tests/bench/bombs.ts'), ...args]));
if (given.includes('--peers')) {
  const shell = process.platform === 'win32';
  const folder = join(ROOT, 'tests/bench/peers');
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts'], { cwd: folder, stdio: 'inherit', shell });
  if (status !== 0) process.exit(status ?? 1);
}
if (given.includes('--router')) process.exit(run(process.execPath, [join(ROOT, 'tests/bench/router.ts'), ...args]));
if (!args.includes('--cli')) buildWhenNeeded(process.execPath);

const bench = [process.execPath, join(ROOT, 'tests/bench/bench.ts'), ...args];
const own = namespace();
if (own === undefined)
  process.stderr.write('Without network namespace of its own: other traffic of this computer disturbs.\n');
const [command, ...rest] = own === undefined ? bench : [...own, 'ip link set lo up && exec "$@"', 'bench', ...bench];
process.exit(run(command, rest));

/** What runs a shell line where nobody else's ports and traffic are; undefined where the system does not allow it. */
function namespace() {
  const kinds = ['--net', '--pid', '--fork', '--mount-proc', '--kill-child'];
  for (const as of [[], ['--map-root-user']]) {
    const shell = ['unshare', ...as, ...kinds, 'sh', '-c'];
    if (spawnSync(shell[0], [...shell.slice(1), 'ip link set lo up'], { stdio: 'ignore' }).status === 0) return shell;
  }
  return undefined;
}
