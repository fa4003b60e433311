// A container of a Proxmox VE for tests: namespaces of its own, a root of busybox as large as was asked for, an address, and terminals. Root on
// Linux, and nothing of this computer's own network is touched.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { BUSYBOX, imageTar } from './engine-image.ts';
import { until } from './wait.ts';

/** Why there can be none here; undefined: there can. */
export function whyNoContainers(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'it takes root on Linux';
  if (!BUSYBOX) return 'there is no busybox to make a container of';
  try {
    execFileSync('unshare', ['--net', '--pid', '--mount', '--fork', 'true'], { stdio: 'ignore' });
    execFileSync('script', ['--version'], { stdio: 'ignore' });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const INIT = `ifconfig lo 127.0.0.1 up; trap 'exit 0' TERM PWR; while :; do sleep 0.1 & wait $!; done`;

let image: { readonly tar: string; readonly root: string } | undefined;
function imageOnce() {
  if (image !== undefined) return image;
  const folder = mkdtempSync(join(tmpdir(), 'hearth-proxmox-'));
  const tar = imageTar(folder, (root) => {
    mkdirSync(join(root, 'root'));
    copyProgram(root, 'bash');
    // Of all that it can, it is asked for a server that says a line.
    const server = '#!/bin/sh\nwhile :; do echo here | nc -l -p 7777; done\n';
    writeFileSync(join(root, 'bin/perl'), server, { mode: 0o755 });
  });
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  // Each container mounts its own there, which nobody else sees.
  const root = join(folder, 'root');
  mkdirSync(root);
  image = { tar, root };
  return image;
}

/** With its libraries. */
function copyProgram(root: string, name: string): void {
  const path = `/bin/${name}`;
  const needed = execFileSync('ldd', [path], { encoding: 'utf8' }).match(/\/\S+(?= \(0x)/g) ?? [];
  for (const file of [path, ...needed]) {
    mkdirSync(join(root, dirname(file)), { recursive: true });
    copyFileSync(file, join(root, file));
  }
}

let count = 0;

export class Container {
  readonly address: string;
  readonly #init: ChildProcess;
  readonly #pid: string;
  readonly #terminals = new Set<ChildProcess>();

  /** The end of its network card outside of it. */
  readonly #device: string;

  private constructor(init: ChildProcess, pid: string, address: string, device: string) {
    this.#init = init;
    this.#pid = pid;
    this.address = address;
    this.#device = device;
  }

  static async start(diskMiB: number, ended: () => void): Promise<Container> {
    count = (count % 250) + 1;
    const number = `${process.pid % 250}.${count}`;
    const { tar, root } = imageOnce();
    const setUp = `
      set -e
      mount --make-rprivate / && mount -t tmpfs -o size=${diskMiB}m none ${root} && tar -C ${root} -xf ${tar}
      mount -t proc none ${root}/proc && for d in null zero tty console ptmx random; do touch ${root}/dev/$d; done
      mount --bind /dev/null ${root}/dev/null && mount --bind /dev/zero ${root}/dev/zero && mount --bind /dev/null ${root}/dev/console
      mkdir -p ${root}/dev/pts && mount --rbind /dev/pts ${root}/dev/pts
      for f in $(command -v bash) $(ldd $(command -v bash) | grep -o '/[^ )]*'); do
        mkdir -p ${root}/$(dirname $f) && touch ${root}$f && mount --bind $f ${root}$f
      done
      exec chroot ${root} /bin/sh -c "${INIT.replaceAll('$', '\\$')}"`;
    const words = ['--net', '--pid', '--mount', '--ipc', '--uts', '--fork', '--kill-child=SIGKILL'];
    const init = spawn('unshare', [...words, 'bash', '-c', setUp], { stdio: ['ignore', 'ignore', 'inherit'] });
    init.once('exit', ended);
    const pid = await until('its first process', () => {
      const child = readFileSync(`/proc/${init.pid}/task/${init.pid}/children`, 'utf8').trim();
      return child !== '' && /busybox|sh/.test(readFileSync(`/proc/${child}/comm`, 'utf8')) && rooted(child, root)
        ? child
        : undefined;
    });
    // Whoever is first in there has ended before it, at the latest.
    const device = `hpx${process.pid % 10_000}n${count}`;
    const ip = (...args: readonly string[]) => execFileSync('ip', [...args], { stdio: 'pipe' });
    ip('link', 'add', device, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', pid);
    ip('address', 'add', `10.${number}.1/24`, 'dev', device);
    ip('link', 'set', device, 'up');
    const inside = (...args: readonly string[]) =>
      execFileSync('nsenter', ['-t', pid, '-n', 'ip', ...args], { stdio: 'pipe' });
    inside('address', 'add', `10.${number}.2/24`, 'dev', 'eth0');
    inside('link', 'set', 'eth0', 'up');
    // This computer answers at all of its addresses.
    inside('route', 'add', 'default', 'via', `10.${number}.1`);
    return new Container(init, pid, `10.${number}.2/24`, device);
  }

  /** Its network card has its plug in, or not. */
  plug(is: boolean): void {
    execFileSync('ip', ['link', 'set', this.#device, is ? 'up' : 'down'], { stdio: 'pipe' });
  }

  /** A shell of it, at a terminal. */
  terminal(): ChildProcess {
    const shell = `nsenter -t ${this.#pid} -n -m -p -i -u -r -w /bin/sh`;
    const child = spawn('script', ['-q', '-e', '-c', shell, '/dev/null'], { stdio: ['pipe', 'pipe', 'ignore'] });
    this.#terminals.add(child);
    child.once('exit', () => this.#terminals.delete(child));
    return child;
  }

  /** In it, as somebody, without a terminal. */
  run(command: readonly string[], env: Readonly<Record<string, string>>, user: number): ChildProcess {
    const words = ['-t', this.#pid, '-n', '-m', '-p', '-i', '-u', '-r', '-w', '-S', String(user), '-G', String(user)];
    const child = spawn('nsenter', [...words, ...command], {
      env: { PATH: '/bin', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#terminals.add(child);
    child.once('exit', () => this.#terminals.delete(child));
    return child;
  }

  /** Of its network alone. */
  sysctl(name: string, value: string): void {
    const write = `echo ${value} >/proc/sys/${name.replaceAll('.', '/')}`;
    execFileSync('nsenter', ['-t', this.#pid, '-n', '/bin/sh', '-c', write]);
  }

  /** Where everybody may write, as in a disk that a kubelet gives to a group. */
  open(path: string): void {
    const make = `mkdir -p ${path} && chmod 1777 ${path}`;
    execFileSync('nsenter', ['-t', this.#pid, '-m', '-r', '-w', '/bin/sh', '-c', make], { env: { PATH: '/bin' } });
  }

  /** Thousandths of a second of its processes. */
  cpuMs(): number {
    const all = execFileSync('ps', ['-eo', 'pid=,pidns=,times='], { encoding: 'utf8' });
    const lines = all.split('\n').map((line) => line.trim().split(/\s+/));
    // It may have ended already, and its end not be known yet.
    const own = lines.find(([pid]) => pid === this.#pid)?.[1];
    return lines
      .filter(([, ns]) => own !== undefined && ns === own)
      .reduce((sum, [, , seconds]) => sum + Number(seconds) * 1000, 0);
  }

  async shutdown(timeoutMs: number): Promise<boolean> {
    execFileSync('kill', ['-TERM', this.#pid], { stdio: 'ignore' });
    const gone = this.#gone();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), timeoutMs);
    });
    const ended = await Promise.race([gone.then(() => true), late]);
    clearTimeout(timer);
    return ended;
  }

  async stop(): Promise<void> {
    const gone = this.#gone();
    this.#init.kill('SIGKILL');
    for (const terminal of this.#terminals) terminal.kill('SIGKILL');
    await gone;
  }

  async #gone(): Promise<void> {
    if (this.#init.exitCode === null && this.#init.signalCode === null) await once(this.#init, 'exit');
  }
}

function rooted(pid: string, root: string): boolean {
  try {
    return execFileSync('readlink', [`/proc/${pid}/root`], { encoding: 'utf8' })
      .trim()
      .startsWith(root);
  } catch {
    return false;
  }
}
