// LXD as a daemon of its own for one file of tests, with a pool that has quotas and an image of busybox from this computer. Where it can't run,
// the answer is why.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUSYBOX, imageTar } from './engine-image.ts';
import { until } from './wait.ts';

export interface Lxd {
  readonly socket: string;
  /** Of an image with busybox, whose first program runs what the box was made to run. */
  readonly fingerprint: string;
  /** The same image as a file. */
  readonly image: string;
  lxc(...words: readonly string[]): string;
  kill(): Promise<void>;
  revive(): Promise<void>;
  stop(): Promise<void>;
}

const INIT = `#!/bin/sh
ifconfig lo 127.0.0.1 up
[ -e /sys/class/net/eth0 ] && udhcpc -i eth0 -n -q -s /etc/dhcp >/dev/null 2>&1
trap 'exit 0' PWR TERM
if [ -e /var/lib/hearth/command ]; then /var/lib/hearth/command & wait $!; exit; fi
dropbear -R -p 22 2>/dev/null
while :; do sleep 1 & wait $!; done
`;
const DHCP = `#!/bin/sh
[ "$1" = bound ] || exit 0
ifconfig eth0 $ip netmask $subnet up
route add default gw $router
for server in $dns; do echo nameserver $server; done >/etc/resolv.conf
`;

export async function startLxd(): Promise<Lxd | { readonly reason: string }> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return { reason: 'it takes root on Linux' };
  if (!BUSYBOX) return { reason: 'there is no busybox to make an image of' };
  // A socket's path has a hundred characters at most.
  const folder = mkdtempSync(join(tmpdir(), 'hlxd-'));
  const home = join(folder, 'd');
  mkdirSync(home);
  // Users of boxes are others, and go through it.
  for (const path of [folder, home]) chmodSync(path, 0o711);
  // It would ask the Internet for what it sells elsewhere.
  const nowhere = 'http://127.0.0.1:9';
  const env = { ...process.env, LXD_DIR: home, HOME: folder, https_proxy: nowhere, http_proxy: nowhere };
  const lxc = (...words: readonly string[]) =>
    execFileSync('lxc', [...words], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 });
  const socket = join(home, 'unix.socket');
  const serve = async () => {
    const started = spawn('lxd', ['--group', 'root'], { env, stdio: 'ignore', detached: true });
    let failed: Error | undefined;
    started.on('error', (error) => {
      failed = error;
    });
    await until('LXD to listen', () => failed !== undefined || canConnect(socket), 60_000);
    if (failed) throw failed;
    execFileSync('lxd', ['waitready', '--timeout=60'], { env, stdio: 'ignore' });
    return started;
  };
  const clear = () => {
    for (const name of ['shmounts', 'devlxd', 'storage-pools/quotas', 'guestapi']) {
      try {
        execFileSync('umount', ['-l', join(home, name)], { stdio: 'ignore' });
      } catch {
        // It was not there.
      }
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  let service: Awaited<ReturnType<typeof serve>>;
  try {
    service = await serve();
  } catch (error) {
    clear();
    return { reason: error instanceof Error ? error.message : String(error) };
  }
  const kill = async () => {
    if (service.exitCode !== null || service.signalCode !== null) return;
    const gone = once(service, 'exit');
    service.kill('SIGKILL');
    await gone;
  };
  const stop = async () => {
    try {
      for (const { name } of JSON.parse(lxc('list', '--format', 'json')) as { name: string }[])
        lxc('delete', '--force', name);
      for (const { name, managed } of JSON.parse(lxc('network', 'list', '--format', 'json')) as {
        name: string;
        managed: boolean;
      }[])
        if (managed) lxc('network', 'delete', name);
      for (const { fingerprint } of JSON.parse(lxc('image', 'list', '--format', 'json')) as { fingerprint: string }[])
        lxc('image', 'delete', fingerprint);
      lxc('storage', 'delete', 'quotas');
    } catch (error) {
      console.warn(`LXD did not clear up: ${String((error as { stderr?: unknown }).stderr ?? error)}`);
    }
    const gone = once(service, 'exit');
    service.kill('SIGTERM');
    await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, 20_000))]);
    await kill();
    clear();
  };
  try {
    lxc('storage', 'create', 'quotas', 'btrfs', 'size=2GiB');
    const image = imageFile(folder);
    lxc('image', 'import', image, '--alias', 'hearth-test');
    const [{ fingerprint }] = JSON.parse(lxc('image', 'list', '--format', 'json')) as [{ fingerprint: string }];
    return {
      socket,
      fingerprint,
      image,
      lxc,
      kill,
      async revive() {
        service = await serve();
      },
      stop,
    };
  } catch (error) {
    const said = String((error as { stderr?: unknown }).stderr ?? error).trim();
    await stop();
    return { reason: said.split('\n').at(-1)! };
  }
}

function imageFile(folder: string): string {
  imageTar(folder, (root) => {
    mkdirSync(join(root, 'sbin'), { recursive: true });
    for (const [path, text] of [
      ['sbin/init', INIT],
      ['etc/dhcp', DHCP],
    ] as const) {
      rmSync(join(root, path), { force: true });
      writeFileSync(join(root, path), text);
      chmodSync(join(root, path), 0o755);
    }
    writeFileSync(join(root, 'etc/shadow'), 'root:!:19000:0:99999:7:::\n', { mode: 0o640 });
    writeFileSync(join(root, 'etc/shells'), '/bin/sh\n');
    mkdirSync(join(root, 'etc/dropbear'), { recursive: true });
    mkdirSync(join(root, 'root'), { recursive: true });
  });
  writeFileSync(
    join(folder, 'metadata.yaml'),
    JSON.stringify({ architecture: 'x86_64', creation_date: 1, properties: { description: 'hearth-test' } }),
  );
  const file = join(folder, 'image.tar.gz');
  execFileSync('tar', ['-C', folder, '--transform=s,^image,rootfs,', '-czf', file, 'metadata.yaml', 'image']);
  if (readdirSync(folder).length === 0) throw new Error('nothing to make an image of');
  return file;
}

function canConnect(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
