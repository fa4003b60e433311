// Podman as a service of its own for one file of tests: its store, its settings and its socket are in a folder that goes afterwards, and
// its image is busybox from this computer, so that no registry is asked. Where it can't run, the answer is why.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './wait.ts';

export const IMAGE = 'localhost/hearth-test:latest';

export interface Podman {
  /** As DOCKER_HOST has it. */
  readonly host: string;
  /** Names of all containers that there are. */
  names(): readonly string[];
  stop(): Promise<void>;
}

// Its own limits would be above what a virtual machine may set.
const CONF = `[containers]
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[network]
network_backend = "netavark"
`;
const BUSYBOX = ['/bin/busybox', '/usr/bin/busybox'].find((path) => existsSync(path));

export async function startPodman(): Promise<Podman | { readonly reason: string }> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return { reason: 'it takes root on Linux' };
  if (!BUSYBOX) return { reason: 'there is no busybox to make an image of' };
  const folder = mkdtempSync(join(tmpdir(), 'hearth-podman-'));
  const conf = join(folder, 'containers.conf');
  writeFileSync(conf, CONF);
  const env = { ...process.env, CONTAINERS_CONF: conf };
  const base = ['--root', join(folder, 'store'), '--runroot', join(folder, 'run')];
  const podman = (...words: readonly string[]) =>
    execFileSync('podman', [...base, ...words], {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 60_000,
    });
  const clear = () => {
    for (const words of [
      ['rm', '-af', '-t', '0'],
      ['system', 'reset', '-f'],
    ]) {
      try {
        podman(...words);
      } catch {
        // What does not run has nothing to be cleared.
      }
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    importImage(folder, podman);
    podman('run', '--rm', '--network', 'none', IMAGE, '/bin/true');
  } catch (error) {
    clear();
    return { reason: (error instanceof Error ? error.message : String(error)).trim().split('\n').at(-1)! };
  }
  const socket = join(folder, 'podman.sock');
  const service = spawn('podman', [...base, 'system', 'service', '--time=0', `unix://${socket}`], {
    env,
    // Of a container without memory it leaves a file in there.
    cwd: folder,
    stdio: 'ignore',
  });
  await until('Podman to listen', () => canConnect(socket), 30_000);
  return {
    host: `unix://${socket}`,
    names: () =>
      podman('ps', '-a', '--format', '{{.Names}}')
        .split('\n')
        .filter((name) => name !== ''),
    async stop() {
      const gone = once(service, 'exit');
      service.kill('SIGKILL');
      await gone;
      clear();
    },
  };
}

/** Busybox and nothing else, as a user would pull it; it declares a volume, as many images do. */
function importImage(folder: string, podman: (...words: readonly string[]) => string): void {
  const root = join(folder, 'image');
  for (const name of ['bin', 'etc', 'tmp', 'dev', 'proc', 'sys', 'var/tmp', 'run', 'data']) {
    mkdirSync(join(root, name), { recursive: true });
  }
  copyFileSync(BUSYBOX!, join(root, 'bin/busybox'));
  for (const applet of execFileSync(BUSYBOX!, ['--list'], { encoding: 'utf8' }).split('\n')) {
    if (applet !== '' && applet !== 'busybox') symlinkSync('busybox', join(root, 'bin', applet));
  }
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0:root:/:/bin/sh\n');
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\n');
  execFileSync('tar', ['-C', root, '-cf', join(folder, 'image.tar'), '.']);
  podman('import', '-q', '--change', 'VOLUME /data', '--change', 'CMD ["/bin/true"]', join(folder, 'image.tar'), IMAGE);
}

function canConnect(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
