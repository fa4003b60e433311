// Podman as a service of its own for one file of tests: its store, its settings and its socket are in a folder that goes afterwards, and
// its image is busybox from this computer, so that no registry is asked. Where it can't run, the answer is why.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUSYBOX, imageTar } from './engine-image.ts';
import { until } from './wait.ts';

export const IMAGE = 'localhost/hearth-test:latest';

export interface PodmanOptions {
  /** Its store is on XFS with project quotas, in a file that is mounted as long as it runs. */
  readonly quotas?: boolean;
  /** `host:port` of a registry without TLS, which is asked in place of those that templates are at. */
  readonly mirror?: string;
  /** What goes in front of each command of it, such as what enters a network namespace: its containers have their network there. */
  readonly inside?: readonly string[];
}

export interface Podman {
  /** As DOCKER_HOST has it. */
  readonly host: string;
  /** Names of all containers that there are. */
  names(): readonly string[];
  /** Names of all volumes. */
  volumes(): readonly string[];
  /** Kills the service as a crash would; containers go on. */
  kill(): Promise<void>;
  /** The same, and with it all containers whose name begins so. */
  crash(prefix: string): Promise<void>;
  /** Kills such containers with what watches them: nobody is left to note their end. */
  endUnseen(prefix: string): Promise<void>;
  /** Kills the service, as if it was about to remove that container: its files are gone, and all else is there. */
  killInRemoval(name: string): Promise<void>;
  /** Answers again at the same place. */
  revive(): Promise<void>;
  stop(): Promise<void>;
}

// Its own limits would be above what a virtual machine may set.
const CONF = `[containers]
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
lock_type = "file"
[network]
network_backend = "netavark"
`;

export async function startPodman({
  quotas = false,
  mirror,
  inside = [],
}: PodmanOptions = {}): Promise<Podman | { readonly reason: string }> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return { reason: 'it takes root on Linux' };
  if (!BUSYBOX) return { reason: 'there is no busybox to make an image of' };
  const folder = mkdtempSync(join(tmpdir(), 'hearth-podman-'));
  const conf = join(folder, 'containers.conf');
  // Networks would otherwise be those of the whole computer.
  writeFileSync(conf, `${CONF}network_config_dir = "${join(folder, 'networks')}"\n`);
  const registries = join(folder, 'registries.conf');
  if (mirror !== undefined) {
    const asked = ['docker.io', 'ghcr.io'].map(
      (prefix) => `[[registry]]\nprefix = "${prefix}"\nlocation = "${mirror}"\ninsecure = true\n`,
    );
    writeFileSync(registries, asked.join(''));
  }
  const env = {
    ...process.env,
    CONTAINERS_CONF: conf,
    ...(mirror !== undefined && { CONTAINERS_REGISTRIES_CONF: registries }),
  };
  // What Podman keeps of a store outside it too: services of several tests run at once, and one that clears up would take it from the others.
  const base = ['--root', join(folder, 'store'), '--runroot', join(folder, 'run'), '--tmpdir', join(folder, 'libpod')];
  const [program, ...front] = [...inside, 'podman', ...base] as [string, ...string[]];
  const podman = (...words: readonly string[]) =>
    execFileSync(program, [...front, ...words], {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 60_000,
    });
  const clear = () => {
    // A container that others use the network of goes only once they have.
    for (let tries = 3; tries > 0; tries--) {
      try {
        podman('rm', '-af', '-t', '0');
        break;
      } catch (error) {
        // What is left takes packets for its ports from those who come after it.
        if (tries === 1)
          console.warn(`Podman did not clear up: ${String((error as { stderr?: unknown }).stderr ?? error)}`);
      }
    }
    for (const mounted of [join(folder, 'store', 'overlay'), ...(quotas ? [join(folder, 'store')] : [])])
      unmount(mounted);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    if (quotas) mountXfs(folder, join(folder, 'store'));
    importImage(folder, podman);
    podman('run', '--rm', '--network', 'none', IMAGE, '/bin/true');
  } catch (error) {
    clear();
    return { reason: (error instanceof Error ? error.message : String(error)).trim().split('\n').at(-1)! };
  }
  const socket = join(folder, 'podman.sock');
  const serve = async () => {
    const started = spawn(program, [...front, 'system', 'service', '--time=0', `unix://${socket}`], {
      env,
      // Of a container without memory it leaves a file in there.
      cwd: folder,
      stdio: 'ignore',
    });
    await until('Podman to listen', () => canConnect(socket), 30_000);
    return started;
  };
  const kill = async () => {
    if (service.exitCode !== null || service.signalCode !== null) return;
    const gone = once(service, 'exit');
    service.kill('SIGKILL');
    await gone;
  };
  let service = await serve();
  return {
    host: `unix://${socket}`,
    names: () => podman('ps', '-a', '--format', '{{.Names}}').split('\n').filter(nonEmpty),
    volumes: () => podman('volume', 'ls', '--format', '{{.Name}}').split('\n').filter(nonEmpty),
    kill,
    async crash(prefix) {
      await kill();
      await endAll(watchedIn(folder, prefix).containers);
    },
    async endUnseen(prefix) {
      const { watchers, containers } = watchedIn(folder, prefix);
      await endAll(watchers);
      await endAll(containers);
    },
    async killInRemoval(name) {
      const id = podman('inspect', '--format', '{{.Id}}', name).trim();
      podman('kill', name);
      await kill();
      const file = join(folder, 'store', 'overlay-containers', 'containers.json');
      const all = JSON.parse(readFileSync(file, 'utf8')) as { id: string }[];
      writeFileSync(file, JSON.stringify(all.filter((one) => one.id !== id)));
    },
    async revive() {
      rmSync(socket, { force: true });
      service = await serve();
    },
    async stop() {
      await kill();
      clear();
    },
  };
}

/** What watches the containers of that store whose name begins so, and their first processes. */
function watchedIn(folder: string, prefix: string) {
  const all = processes();
  const watchers = all.filter(({ words }) => {
    const [id, run, name] = ['-c', '-u', '-n'].map((flag) => words[words.indexOf(flag) + 1]);
    const isOurs = /\bconmon$/.test(words[0] ?? '') && words.join(' ').includes(folder);
    // Others watch a command in a container, and stay for minutes.
    return isOurs && id === run && name?.startsWith(prefix);
  });
  const ids = new Set(watchers.map(({ pid }) => pid));
  return { watchers, containers: all.filter(({ parent }) => ids.has(parent)) };
}

async function endAll(those: readonly Process[]): Promise<void> {
  for (const { pid } of those) end(pid);
  await until('all of them to be gone', () => those.every(({ pid }) => !isThere(pid)));
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly words: readonly string[];
}

/** Of this computer, but for those that are gone before they are looked at. */
function processes(): readonly Process[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const [, parent = ''] = readFileSync(`/proc/${name}/stat`, 'latin1').replace(/^.*\)/s, '').trim().split(' ');
      const words = readFileSync(`/proc/${name}/cmdline`, 'latin1').split('\0').filter(nonEmpty);
      return [{ pid: Number(name), parent: Number(parent), words }];
    } catch {
      return [];
    }
  });
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone.
  }
}

/** One that waits to be buried is not. */
function isThere(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    return false;
  }
}

const nonEmpty = (line: string) => line !== '';

function mountXfs(folder: string, at: string): void {
  const file = join(folder, 'store.xfs');
  mkdirSync(at);
  execFileSync('truncate', ['-s', '512M', file]);
  execFileSync('mkfs.xfs', ['-q', file], { stdio: 'pipe' });
  execFileSync('mount', ['-o', 'loop,pquota', file, at], { stdio: 'pipe' });
}

function unmount(at: string): void {
  try {
    // What containers have mounted in there goes with it.
    execFileSync('umount', ['--recursive', at], { stdio: 'pipe' });
  } catch {
    // It was not mounted.
  }
}

/** It declares a volume, as many images do. */
function importImage(folder: string, podman: (...words: readonly string[]) => string): void {
  podman('import', '-q', '--change', 'VOLUME /data', '--change', 'CMD ["/bin/true"]', imageTar(folder), IMAGE);
}

export function canConnect(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
