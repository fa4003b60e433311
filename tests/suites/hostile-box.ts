// What a stranger's program may try from inside a box, on a real engine: each try with the words by which it was refused. The table that
// is printed in the end is what docs/isolation.md is held against.

import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BoxSpec, WorkloadBackend } from '../../src-main/backends/workloads/backend.ts';
import { BOX } from '../../src-main/backends/workloads/bounds.ts';
import { freePort } from '../support/network.ts';
import { until } from '../support/wait.ts';

export interface HostileBoxSuite {
  readonly name: string;
  readonly reason: string | undefined;
  /** Left out: containers. System: whole systems, whose root may do more to its own, and whose network the engine holds. */
  readonly kind?: 'system';
  /** Whose boxes may send and take as much as that, and move as much in thirty days. */
  backend(mbitPerSecond?: number, monthlyBytes?: number): WorkloadBackend;
  /** An image with busybox, and the toolbox. */
  images(): Promise<{ readonly busybox: string; readonly toolbox: string }>;
  /** Of a box's network: its own address in there, and what it takes this computer for. */
  network(id: string): Promise<{ readonly address: string; readonly gateway: string }>;
  /** Whether this computer is reached at that address and port by a container without a packet filter. */
  reachedWithout(address: string, port: number): Promise<boolean>;
}

const REFUSED =
  /Operation not permitted|Permission denied|Read-only file system|No such file|nonexistent directory|can't open|No route to host|unreachable|not permitted|Address family not supported|Can(?:'t|not) assign/i;

/** An engine that refuses for others answers in their name, or not at all; what arrives all the same is looked at where it would. */
const UNREACHED = new RegExp(`${REFUSED.source}|Connection refused|timed out`, 'i');

type Try = readonly [what: string, command: string];

/** By the shell of busybox, as the root of the box. None does harm where it goes through. */
const TRIES: readonly Try[] = [
  ['a disk', 'mknod /tmp/disk b 254 0'],
  ['kernel memory', 'dd if=/dev/mem of=/dev/null bs=1 count=1'],
  ['the kernel’s settings', 'echo 0 >/proc/sys/kernel/panic'],
  ['the magic keys', 'echo h >/proc/sysrq-trigger'],
  ['the kernel’s core pattern', 'echo core >/proc/sys/kernel/core_pattern'],
  ['/sys', 'echo 1 >/sys/kernel/profiling || echo x >/sys/x'],
  ['the clock', 'date -s @1700000000'],
  ['the kernel’s log', 'dmesg'],
  ['kernel modules', 'insmod /tmp/x.ko; rmmod loop'],
  ['priority over others', 'renice -n -20 -p 1'],
  ['swap', 'swapon /tmp'],
  [
    'processes of this computer',
    '[ "$(ls -d /proc/[0-9]* | wc -l)" -lt 10 ] && kill -0 2000000 2>&1 || ls /proc/2000000',
  ],
  ['the engine’s socket', 'ls /run/podman /var/run/docker.sock /run/docker.sock /run/user'],
];

/** What the root of a whole system may do to its own. */
const TRIES_OF_CONTAINERS: readonly Try[] = [
  [
    'its own memory limit',
    'for f in /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes; do [ -e $f ] && echo 999999999 >$f; done',
  ],
  [
    'its own processes’ limit',
    'for f in /sys/fs/cgroup/pids.max /sys/fs/cgroup/pids/pids.max; do [ -e $f ] && echo 99999 >$f; done',
  ],
  ['raw sockets', 'ping -c 1 -W 1 9.9.9.9'],
  ['raw sockets, IPv6', 'ping -6 -c 1 -W 1 ff02::1'],
  ['its own addresses', 'ip addr add 192.168.1.99/24 dev eth0'],
  ['its own routes', 'ip route add 10.0.0.0/8 via 10.88.0.1'],
  ['mounting', 'mount -t tmpfs none /tmp'],
  ['mounting /proc anew', 'mount -t proc none /tmp'],
  ['making its root writable', 'mount -o remount,rw /'],
  ['writing to its root', 'echo x >/bin/x'],
  ['a network of its own', 'unshare -n true'],
  ['root in a user namespace', 'unshare -U true'],
  ['another root', 'pivot_root / /tmp'],
  ['its host name', 'hostname other'],
  ['restarting the computer', 'reboot -f'],
];

/** It may mount what the kernel lets it, in its own view. */
const limit = (version1: string, files: string, value: number): string =>
  `mkdir -p /tmp/cg; mount -t cgroup -o ${version1} none /tmp/cg || mount -t cgroup2 none /tmp/cg; for f in ${files}; do [ -e /tmp/cg/$f ] && echo ${value} >/tmp/cg/$f; done; umount /tmp/cg`;
const TRIES_OF_SYSTEMS: readonly Try[] = [
  ['its own memory limit', limit('memory', 'memory.max memory.limit_in_bytes', 999_999_999)],
  ['its own processes’ limit', limit('pids', 'pids.max', 99_999)],
];

const never = new AbortController().signal;

/** Where it keeps what is on the disk, and how much of it there is. */
const DISK = {
  container: { dataPath: '/data', diskMiB: 16, readOnlyRoot: true },
  system: { dataPath: null, diskMiB: 48, readOnlyRoot: false },
} as const;

export function hostileBoxSuite(suite: HostileBoxSuite): void {
  const disk = DISK[suite.kind ?? 'container'];
  const data = disk.dataPath ?? '/root';
  const contained = suite.kind === 'system' ? it.skip : it;
  describe.skipIf(suite.reason !== undefined)(
    `a stranger’s program in a box of ${suite.name}`,
    { timeout: 120_000 },
    () => {
      const table: [string, string][] = [];
      let backend: WorkloadBackend;
      let images: Awaited<ReturnType<HostileBoxSuite['images']>>;
      const forever = ['/bin/sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.2; done'];
      const box = async (id: string, more: Partial<BoxSpec> = {}, by = backend) => {
        const spec: BoxSpec = {
          id,
          image: images.busybox,
          command: forever,
          env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
          cpuMillicores: 500,
          memoryMiB: 64,
          pids: 48,
          ports: [],
          network: 'internet',
          ...disk,
          ...more,
        };
        await by.create(spec, never);
        await by.start(id, never);
        return spec;
      };
      const run = async (id: string, command: string, shell = '/bin/sh') => {
        const { output, exitCode } = await backend.exec(id, [shell, '-c', command], never);
        return { exitCode, said: output.trim() };
      };
      /** Of a box of LXD, what a command printed was seen to be lost on a busy computer. What was refused has said so. */
      const tried = async (command: string) => {
        for (let left = 3; ; left -= 1) {
          const found = await run('hostile', command);
          if (found.said !== '' || found.exitCode === 0 || left === 1) return found;
        }
      };
      const note = (what: string, said: string) => void table.push([what, said.split('\n').at(-1)!.slice(0, 100)]);

      beforeAll(async () => {
        backend = suite.backend();
        images = await suite.images();
        await box('hostile');
      });
      afterAll(async () => {
        await backend?.sweep(new Set(), never);
        console.info(table.map(([what, said]) => `| ${what} | ${said} |`).join('\n'));
      });

      it.each([...TRIES, ...(suite.kind === 'system' ? TRIES_OF_SYSTEMS : TRIES_OF_CONTAINERS)])(
        'is refused %s',
        async (what, command) => {
          const { said, exitCode } = await tried(command);
          note(what, said);
          expect({ exitCode, said }).toEqual({ exitCode: expect.any(Number), said: expect.stringMatching(REFUSED) });
        },
      );

      it('does not reach this computer, which a container without a packet filter does', async () => {
        const arrived: string[] = [];
        const server = createServer((socket) => {
          arrived.push(socket.localAddress ?? '');
          socket.end('reached');
        });
        server.listen(0);
        await once(server, 'listening');
        try {
          const { port } = server.address() as { port: number };
          const { gateway } = await suite.network('hostile');
          expect(await suite.reachedWithout(gateway, port)).toBe(true);
          expect(arrived.length).toBeGreaterThan(0);
          arrived.length = 0;
          const { said } = await run('hostile', `nc -w 2 ${gateway} ${port}`);
          note('this computer', said);
          expect(said).toMatch(UNREACHED);
          expect(arrived).toEqual([]);
        } finally {
          server.close();
        }
      });

      it.each(['192.168.1.1', '10.0.0.1', '172.16.0.1', '169.254.169.254', '100.64.0.1', '224.0.0.251'])(
        'does not reach %s',
        async (address) => {
          const { said } = await run('hostile', `nc -w 2 ${address} 80`);
          note(address, said);
          expect(said).toMatch(UNREACHED);
        },
      );

      it.each(['fe80::1%eth0', 'fd00::1', '2620:fe::fe'])(
        'does not reach %s, nor does it speak IPv6 at all',
        async (address) => {
          const { said } = await run('hostile', `nc -w 2 ${address} 53`);
          note(address, said);
          expect(said).toMatch(UNREACHED);
        },
      );

      it('does not reach another box, nor is it reached by one', async () => {
        await box('victim', { command: ['/bin/sh', '-c', 'while :; do echo secret | nc -l -p 80; done'] });
        const { address } = await suite.network('victim');
        const { said } = await run('hostile', `nc -w 2 ${address} 80`);
        note('another box', said);
        expect(said).toMatch(UNREACHED);
        await backend.remove('victim', never);
      });

      it('does not send mail', async () => {
        for (const port of [25, 465, 587]) {
          const { said } = await run('hostile', `nc -w 2 9.9.9.9 ${port}`);
          note(`mail to port ${port}`, said);
          expect(said).toMatch(UNREACHED);
        }
      });

      contained('does not change the packet filter, though it brings the program for it', async () => {
        await box('filter', { image: images.toolbox, command: ['sleep', 'infinity'] });
        const { said } = await run('filter', 'nft flush ruleset; nft list ruleset', 'bash');
        note('the packet filter', said);
        expect(said).toMatch(REFUSED);
        await backend.remove('filter', never);
      });

      contained('opens no more connections than it may, and no faster', async () => {
        await box('scan', { image: images.toolbox, command: ['sleep', 'infinity'] });
        // Each is one for the kernel with its first packet, though no answer comes.
        const scan =
          'sent=0; for ((i = 0; i < 10000; i++)); do if { exec 3>/dev/udp/9.9.$((i / 250 % 250)).$((i % 250))/4000 && printf x >&3; } 2>/dev/null; then sent=$((sent + 1)); fi; done; echo $sent';
        const began = performance.now();
        const { said } = await run('scan', scan, 'bash');
        const seconds = Math.ceil((performance.now() - began) / 1000);
        note('ten thousand connections', `${said} went out`);
        expect(Number(said)).toBeGreaterThan(0);
        // The kernel forgets one without an answer after half a minute, which a slow computer scans for several times.
        const atOnce = BOX.connections * (1 + Math.floor(seconds / 30));
        expect(Number(said)).toBeLessThanOrEqual(Math.min(atOnce, BOX.newConnections * (seconds + 1)));
        await backend.remove('scan', never);
      });

      contained('sends no faster than it may', async () => {
        const mbit = 8;
        const slow = suite.backend(mbit);
        const port = await freePort();
        await box(
          'fast',
          {
            command: ['/bin/sh', '-c', 'while :; do nc -l -p 80 </dev/zero; done'],
            ports: [{ host: port, box: 80, protocol: 'tcp' }],
          },
          slow,
        );
        await until('it to listen', () => slow.answers('fast', 80, never));
        // Whoever asked whether it listens was answered too, and the next one is not there at once.
        const { socket, began } = await until('to be sent something', () => sentSomething(port));
        let bytes = 0;
        for await (const chunk of socket) {
          bytes += (chunk as Buffer).length;
          if (bytes > 4_000_000) break;
        }
        const seconds = (performance.now() - began) / 1000;
        note('sending at will', `${(bytes / 1e6).toFixed(1)} MB in ${seconds.toFixed(1)} s at ${mbit} Mbit/s`);
        expect(bytes).toBeGreaterThan(4_000_000);
        // A second's worth may come at once, and a little.
        expect(bytes).toBeLessThanOrEqual((mbit / 8) * 1e6 * (seconds + 1.2));
        await backend.remove('fast', never);
      });

      contained('moves no more than it may', async () => {
        const most = 3_000_000;
        const bounded = suite.backend(undefined, most);
        const port = await freePort();
        const sends = {
          command: ['/bin/sh', '-c', 'while :; do nc -l -p 80 </dev/zero; done'],
          ports: [{ host: port, box: 80, protocol: 'tcp' as const }],
        };
        await box('volume', sends, bounded);
        await until('it to listen', () => bounded.answers('volume', 80, never));
        const { socket } = await until('to be sent something', () => sentSomething(port));
        let bytes = 0;
        // It falls silent, and nobody says so: what has come by a quiet second is all.
        socket.setTimeout(1000, () => socket.destroy());
        socket.on('data', (piece: Buffer) => {
          bytes += piece.length;
          if (bytes > 2 * most) socket.destroy();
        });
        await once(socket, 'close');
        note('moving without end', `${(bytes / 1e6).toFixed(1)} MB of ${most / 1e6}`);
        expect(bytes).toBeGreaterThan(0);
        expect(bytes).toBeLessThanOrEqual(most);
        // What has come by its ports counts, whichever way the engine leads it there. Podman 4 takes sent and received for one another.
        const { network } = await bounded.stats('volume', never);
        expect(network!.sentBytes + network!.receivedBytes).toBeGreaterThanOrEqual(bytes);
        await backend.remove('volume', never);
      });

      it('does not take more memory than it may', async () => {
        const { exitCode, said } = await run('hostile', 'tail -c 500000000 /dev/zero >/dev/null');
        note('a memory bomb', `ended with ${exitCode} ${said}`);
        expect(exitCode).not.toBe(0);
        expect((await backend.stats('hostile', never)).memoryBytes).toBeLessThanOrEqual(80 * 1024 * 1024);
      });

      it('does not fill anything but its own disk, and no temporary folder beyond its bound', async () => {
        await box('disk');
        const fill = (folder: string) =>
          run(
            'disk',
            `dd if=/dev/zero of=${folder}/x bs=1M count=200 2>&1; stat -c %s ${folder}/x 2>/dev/null || echo 0`,
          );
        // Where nothing else bounds them, temporary folders are its memory.
        const temporary = suite.kind === 'system' ? 64 : Math.min(BOX.temporaryBytes / 1024 / 1024, 16);
        for (const [folder, mib] of [
          [data, disk.diskMiB],
          ['/tmp', suite.kind === 'system' ? disk.diskMiB : temporary],
          ['/dev/shm', temporary],
          ['/run', temporary],
        ] as const) {
          const most = mib * 1024 * 1024;
          const { said } = await fill(folder);
          note(`filling ${folder}`, said.split('\n')[0]!);
          expect(Number(said.split('\n').at(-1))).toBeLessThanOrEqual(most);
          await run('disk', `rm -f ${folder}/x`);
        }
        await backend.remove('disk', never);
      });

      it('makes 100,000 files in its own memory and disk alone', async () => {
        await box('files');
        const { said } = await run(
          'files',
          `cd ${data}; i=0; while [ $i -lt 1000 ]; do j=0; mkdir $i 2>/dev/null || break; while [ $j -lt 100 ]; do : >$i/$j || break 2; j=$((j+1)); done; i=$((i+1)); done 2>/dev/null; echo $i`,
        );
        const memory = await backend.stats('files', never).then(
          ({ memoryBytes }) => memoryBytes,
          () => 0,
        );
        note(
          '100,000 files',
          `${said || 'ended'} folders of 100; ${Math.round(memory / 1024 / 1024)} MiB of its memory`,
        );
        expect(memory).toBeLessThanOrEqual(80 * 1024 * 1024);
        await backend.remove('files', never);
      });

      it('forks no further than it may, and is ended all the same', async () => {
        await box('bomb');
        const { said } = await run(
          'bomb',
          'i=0; while [ $i -lt 500 ]; do sleep 600 >/dev/null 2>&1 & i=$((i+1)); done',
        );
        note('five hundred processes', said);
        expect(said).toMatch(/can't fork: Resource temporarily unavailable/);
        const { pids } = await backend.stats('bomb', never);
        expect(pids).toBeGreaterThan(40);
        expect(pids).toBeLessThanOrEqual(48);
        await backend.remove('bomb', never);
        expect(await backend.status('bomb', never)).toBe('absent');
      });
    },
  );
}

/** Undefined where it is let go with nothing. */
async function sentSomething(port: number): Promise<{ readonly socket: Socket; readonly began: number } | undefined> {
  const began = performance.now();
  const socket = connect(port, '127.0.0.1');
  const ended = new Promise<false>((resolve) =>
    socket.once('error', () => resolve(false)).once('close', () => resolve(false)),
  );
  const heard = new Promise<boolean>((resolve) => socket.once('readable', () => resolve(socket.readableLength > 0)));
  if (await Promise.race([heard, ended])) return { socket, began };
  socket.destroy();
  return undefined;
}
