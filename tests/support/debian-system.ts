// A whole system in a machine of QEMU's: packages and a kernel of this computer's, started by systemd. It shows what this computer's own
// kernel, control groups and users can't. Its disk is made anew of the files that the packages have here; no network is asked for any.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { BUSYBOX } from './engine-image.ts';
import { kernelHere, packed, withBusybox } from './initramfs.ts';

export interface SystemOf {
  readonly folder: string;
  /** Those that they depend on come with them. */
  readonly packages: readonly string[];
  /** Loaded when it starts. */
  readonly modules: readonly string[];
  /** By their paths in there: what stands in them, with which mode. */
  readonly files: Readonly<Record<string, readonly [text: string, mode?: number]>>;
  /** Copied from here, by their paths in there. */
  readonly copies: Readonly<Record<string, string>>;
  /** Run by root in bash when its user is logged in; what it prints is what comes back. */
  readonly script: string;
  readonly memoryMiB: number;
}

/** Who is logged in, with a session of its own and a range of users below it. */
export const OWNER = { name: 'owner', uid: 1000, home: '/home/owner' } as const;

const BASE = [
  'systemd',
  'systemd-sysv',
  'dbus',
  'dbus-user-session',
  'libpam-systemd',
  'libpam-runtime',
  'login',
  'mount',
];
const TOOLS = [
  'bash',
  'coreutils',
  'iproute2',
  'kmod',
  'libc-bin',
  'passwd',
  'procps',
  'sed',
  'tar',
  'udev',
  'util-linux',
];
/** What the disk takes to be found. */
const BOOT_MODULES = ['virtio_pci', 'virtio_blk', 'ext4', 'crc32c_generic'];
const NET_MODULES = ['virtio_net'];
const NOT_NEEDED = /^\/usr\/share\/(?:doc|man|locale|info|lintian|i18n|zoneinfo|bash-completion|perl)\//;

const INITRD = `#!/bin/sh
/bin/busybox --install -s /bin 2>/dev/null
mount -t proc p /proc; mount -t sysfs s /sys; mount -t devtmpfs d /dev
for f in /m/*.ko; do insmod $f; done
until mount -t ext4 -o noatime /dev/vda /root 2>/dev/null; do sleep 0.1; done
umount /proc; umount /sys; mount --move /dev /root/dev
exec switch_root /root /sbin/init
`;

/** Units that take long and that nothing here waits for. */
const MASKED = [
  'systemd-udev-trigger',
  'systemd-journal-flush',
  'systemd-update-utmp',
  'systemd-random-seed',
  'systemd-pcrphase',
];

/** Not QEMU’s own, which is also slirp4netns’. */
const NETWORK = '192.168.76';
const MARK = 'SYSTEM-SAYS';
const started = (modules: readonly string[], script: string) => `#!/bin/bash
exec >/dev/ttyS0 2>&1
trap 'systemctl poweroff -ff' EXIT
modprobe -a ${[...NET_MODULES, ...modules].join(' ')}
ip link set lo up; ip link set eth0 up; ip addr add ${NETWORK}.15/24 dev eth0; ip route add default via ${NETWORK}.2
until [ -S /run/user/${OWNER.uid}/bus ]; do sleep 0.2; done
as_owner() { setpriv --reuid ${OWNER.uid} --regid ${OWNER.uid} --clear-groups env -i -C ${OWNER.home} HOME=${OWNER.home} USER=${OWNER.name} \\
  PATH=/usr/local/bin:/usr/bin:/usr/sbin XDG_RUNTIME_DIR=/run/user/${OWNER.uid} DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/${OWNER.uid}/bus "$@"; }
{
${script}
} 2>&1 | sed -u 's/^/${MARK} /'
`;

/** Why there can be none here. */
export function systemMissing({ packages, modules }: Pick<SystemOf, 'packages' | 'modules'>): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'it takes root on Linux';
  const missing = ['/usr/bin/dpkg-query', '/usr/bin/qemu-system-x86_64', '/sbin/mkfs.ext4'].find(
    (path) => !existsSync(path),
  );
  if (missing !== undefined) return `there is no ${missing}`;
  if (!BUSYBOX) return 'there is no busybox';
  if (!kernelHere([...BOOT_MODULES, ...NET_MODULES, ...modules])) return 'there is no kernel with its modules';
  const here = installed();
  const absent = [...BASE, ...TOOLS, ...packages].find((name) => !here.has(name));
  return absent === undefined ? undefined : `the package ${absent} is not here`;
}

/** Starts it, and resolves with the lines that its script printed when it is off again. */
export async function runSystem(
  of: SystemOf,
  heard: (line: string) => void = () => undefined,
): Promise<readonly string[]> {
  const { folder, memoryMiB } = of;
  const kernel = kernelHere([...BOOT_MODULES, ...NET_MODULES, ...of.modules])!;
  const disk = diskOf(of, kernel.image);
  const initrd = join(folder, 'initrd.gz');
  const boot = join(folder, 'boot');
  for (const name of ['dev', 'proc', 'sys', 'root']) mkdirSync(join(boot, name), { recursive: true });
  withBusybox(boot, kernelHere(BOOT_MODULES)!.modules);
  writeFileSync(join(boot, 'init'), INITRD, { mode: 0o755 });
  packed(boot, initrd);
  const machine = [
    '-machine',
    'q35,accel=tcg',
    '-cpu',
    'max',
    '-smp',
    '2',
    '-m',
    String(memoryMiB),
    '-nographic',
    '-no-reboot',
  ];
  const parts = [
    '-nic',
    `user,model=virtio-net-pci,net=${NETWORK}.0/24`,
    '-drive',
    `file=${disk},format=raw,if=virtio,cache=unsafe`,
  ];
  const words =
    'console=ttyS0 quiet panic=-1 net.ifnames=0 mitigations=off systemd.unit=try.target systemd.unified_cgroup_hierarchy=1';
  const qemu = spawn(
    'qemu-system-x86_64',
    [...machine, ...parts, '-kernel', kernel.image, '-initrd', initrd, '-append', words],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  onTestFinished(() => void qemu.kill());
  const lines: string[] = [];
  let rest = '';
  for await (const piece of qemu.stdout) {
    const all = `${rest}${String(piece)}`.split('\n');
    rest = all.pop()!;
    for (const line of all) {
      // The firmware ends the screen's line with none of its own.
      const said = new RegExp(`${MARK} ([^\\r]*)`).exec(line)?.[1];
      if (said === undefined) continue;
      lines.push(said);
      heard(said);
    }
  }
  return lines;
}

function diskOf({ folder, packages, modules, files, copies, script }: SystemOf, image: string): string {
  const root = join(folder, 'system');
  for (const name of [
    'usr/bin',
    'usr/sbin',
    'usr/lib',
    'usr/lib64',
    'etc',
    'dev',
    'proc',
    'sys',
    'run',
    'tmp',
    'var/tmp',
    'root',
  ])
    mkdirSync(join(root, name), { recursive: true });
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) symlinkSync(`usr/${name}`, join(root, name));
  withPackages(root, [...BASE, ...TOOLS, ...packages]);
  const version = basename(image).replace('vmlinuz-', '');
  cpSync(join('/lib/modules', version), join(root, 'lib/modules', version), {
    recursive: true,
    verbatimSymlinks: true,
  });
  cpSync('/etc/pam.d', join(root, 'etc/pam.d'), { recursive: true });
  const all: SystemOf['files'] = { ...SETTINGS, '/usr/local/bin/try': [started(modules, script), 0o755], ...files };
  for (const [path, [text, mode]] of Object.entries(all)) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), text, { mode: mode ?? 0o644 });
  }
  for (const [path, from] of Object.entries(copies)) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    cpSync(from, join(root, path), { recursive: true, verbatimSymlinks: true });
  }
  for (const unit of MASKED) symlinkSync('/dev/null', join(root, 'etc/systemd/system', `${unit}.service`));
  for (const path of ['tmp', 'var/tmp']) chmodSync(join(root, path), 0o1777);
  execFileSync('chown', ['-R', `${OWNER.uid}:${OWNER.uid}`, join(root, OWNER.home)]);
  execFileSync('/sbin/ldconfig', ['-r', root]);
  const disk = join(folder, 'disk.img');
  execFileSync('truncate', ['-s', '3G', disk]);
  execFileSync('/sbin/mkfs.ext4', ['-q', '-F', '-O', '^has_journal', '-d', root, disk], { stdio: 'pipe' });
  return disk;
}

const unit = (name: string, text: string): [string, readonly [string]] => [`/etc/systemd/system/${name}`, [text]];

const SETTINGS: SystemOf['files'] = {
  '/etc/passwd': [
    `root:x:0:0::/root:/bin/bash\nmessagebus:x:100:100::/:/usr/sbin/nologin\n${OWNER.name}:x:${OWNER.uid}:${OWNER.uid}::${OWNER.home}:/bin/bash\n`,
  ],
  '/etc/group': [`root:x:0:\ntty:x:5:\ndisk:x:6:\nmessagebus:x:100:\n${OWNER.name}:x:${OWNER.uid}:\n`],
  '/etc/shadow': [`root:*:19000:0:99999:7:::\n${OWNER.name}:*:19000:0:99999:7:::\n`, 0o640],
  '/etc/subuid': [`${OWNER.name}:200000:65536\n`],
  '/etc/subgid': [`${OWNER.name}:200000:65536\n`],
  '/etc/nsswitch.conf': ['passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n'],
  '/etc/hostname': ['system\n'],
  '/etc/hosts': ['127.0.0.1 localhost system\n'],
  '/etc/resolv.conf': [`nameserver ${NETWORK}.3\n`],
  '/etc/machine-id': [''],
  [`/var/lib/systemd/linger/${OWNER.name}`]: [''],
  [`${OWNER.home}/.profile`]: [''],
  ...Object.fromEntries([
    unit(
      'try.target',
      '[Unit]\nRequires=basic.target dbus.service systemd-logind.service\nWants=try.service\nAllowIsolate=yes\n',
    ),
    unit(
      'try.service',
      '[Unit]\nAfter=basic.target systemd-logind.service\n[Service]\nType=oneshot\nExecStart=/usr/local/bin/try\n',
    ),
  ]),
};

interface Package {
  /** Of each group of others one that it takes. */
  readonly needs: readonly (readonly string[])[];
}

/** By the names of packages, and of what they stand in for. */
function installed(): ReadonlyMap<string, Package & { readonly name: string }> {
  const field = (name: string) => `\${${name}}`;
  const depends = `${field('Pre-Depends')}, ${field('Depends')}`;
  const format = `${[field('Package'), field('db:Status-Abbrev'), field('Provides'), depends].join('\t')}\n`;
  const nameOf = (text: string) => text.trim().split(/[ :(]/)[0]!;
  const list = (text: string) => text.split(',').filter((each) => each.trim() !== '');
  const found = new Map<string, Package & { readonly name: string }>();
  const standIns: [string, Package & { readonly name: string }][] = [];
  for (const line of execFileSync('dpkg-query', ['-W', '-f', format], { encoding: 'utf8', maxBuffer: 1 << 26 }).split(
    '\n',
  )) {
    const [name, status, provides, needed] = line.split('\t');
    if (!name || !status?.startsWith('ii')) continue;
    const one = { name, needs: list(needed!).map((group) => group.split('|').map(nameOf)) };
    found.set(name, one);
    for (const other of list(provides!)) standIns.push([nameOf(other), one]);
  }
  for (const [name, one] of standIns) if (!found.has(name)) found.set(name, one);
  return found;
}

function withPackages(root: string, wanted: readonly string[]): void {
  const here = installed();
  const taken = new Set<string>();
  const waiting = [...wanted];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const one = here.get(next);
    if (!one || taken.has(one.name)) continue;
    taken.add(one.name);
    for (const group of one.needs) {
      const first = group.find((name) => here.has(name));
      if (first !== undefined) waiting.push(first);
    }
  }
  const listed = execFileSync('dpkg-query', ['-L', ...taken], { encoding: 'utf8', maxBuffer: 1 << 26 }).split('\n');
  const paths = new Set<string>();
  for (const path of listed) {
    if (!path.startsWith('/') || NOT_NEEDED.test(path) || !existsSync(dirname(path))) continue;
    // Some packages name a folder by a link to it.
    const real = join(realpathSync(dirname(path)), basename(path));
    const kind = lstatSync(real, { throwIfNoEntry: false });
    if (kind?.isDirectory()) mkdirSync(join(root, real), { recursive: true });
    else if (kind) paths.add(real.slice(1));
  }
  const copy = 'tar -C / -cf - --no-recursion -T - | tar -C "$1" -xf -';
  execFileSync('sh', ['-c', copy, 'sh', root], { input: [...paths].sort().join('\n') });
}
