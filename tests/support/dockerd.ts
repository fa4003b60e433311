// Docker's daemon for one file of tests: its data, its socket and its log are in a folder that goes afterwards, and its image is busybox from
// this computer, so that no registry is asked. Where it can't run, the answer is why. Its chains of the packet filter stay behind.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { BUSYBOX, imageTar } from './engine-image.ts';
import { canConnect, IMAGE, type Podman } from './podman.ts';
import { until } from './wait.ts';

const BRIDGE = '172.31.254.1/24';

export type Dockerd = Omit<Podman, 'crash' | 'endUnseen' | 'killInRemoval'>;

export async function startDockerd(): Promise<Dockerd | { readonly reason: string }> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return { reason: 'it takes root on Linux' };
  if (!BUSYBOX) return { reason: 'there is no busybox to make an image of' };
  if (!existsSync('/usr/sbin/dockerd')) return { reason: 'there is no dockerd' };
  if (existsSync('/sys/class/net/docker0')) return { reason: 'another dockerd has its bridge' };
  const folder = mkdtempSync(join(tmpdir(), 'hearth-dockerd-'));
  const socket = join(folder, 'docker.sock');
  const docker = new Docker({ socketPath: socket });
  const words = [
    '--data-root',
    join(folder, 'data'),
    '--exec-root',
    join(folder, 'exec'),
    '-H',
    `unix://${socket}`,
    '--pidfile',
    join(folder, 'pid'),
    '--bip',
    BRIDGE,
    '--ip6tables=false',
    '--live-restore',
  ];
  const serve = async () => {
    const started = spawn('/usr/sbin/dockerd', words, { stdio: 'ignore' });
    let gone = false;
    started.once('exit', () => {
      gone = true;
    });
    await until('dockerd to listen', async () => gone || (await canConnect(socket)), 40_000);
    if (gone) throw new Error('dockerd ended at once');
    await docker.ping();
    return started;
  };
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    if (service.exitCode !== null || service.signalCode !== null) return;
    const gone = once(service, 'exit');
    service.kill(signal);
    await gone;
  };
  const clear = () => {
    try {
      execFileSync('ip', ['link', 'del', 'docker0'], { stdio: 'ignore' });
    } catch {
      // It did not come that far.
    }
    endLeft(folder);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  let service: Awaited<ReturnType<typeof serve>>;
  try {
    service = await serve();
  } catch (error) {
    clear();
    return { reason: (error as Error).message };
  }
  const [repo, tag] = IMAGE.split(':');
  const options = { repo, tag, changes: 'VOLUME /data' };
  for await (const _ of await docker.importImage(createReadStream(imageTar(folder)), options));
  const lines = (...of: readonly string[]) =>
    execFileSync('docker', ['-H', `unix://${socket}`, ...of], { encoding: 'utf8', timeout: 60_000 })
      .split('\n')
      .filter((line) => line !== '');
  return {
    host: `unix://${socket}`,
    names: () => lines('ps', '-a', '--format', '{{.Names}}'),
    volumes: () => lines('volume', 'ls', '--format', '{{.Name}}'),
    // Killed, it leaves a containerd behind that a second dockerd can't use.
    kill: () => end('SIGTERM'),
    async revive() {
      rmSync(join(folder, 'pid'), { force: true });
      service = await serve();
    },
    async stop() {
      await end('SIGTERM');
      clear();
    },
  };
}

/** What containers that outlived their daemon have running and mounted, known by the folder. */
function endLeft(folder: string): void {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder)) process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }
  const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
  const places = mounts.map((line) => line.split(' ')[1] ?? '').filter((place) => place.startsWith(`${folder}/`));
  for (const place of places.reverse()) execFileSync('umount', ['--lazy', place], { stdio: 'ignore' });
}
