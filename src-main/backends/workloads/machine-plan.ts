// A whole machine for a stranger, pure: QEMU in a container that is locked in as every box is, behind the same packet filter. What gets
// out of the machine is in a container without a privilege; what limits containers limits the machine, and what finds them finds it.

import type { BoxSpec } from './backend.ts';
import { BOX } from './bounds.ts';

/** Of the image that machines are run by. */
export const MACHINE_PATHS = { base: '/base', own: '/machine' } as const;

const PREFIX = 'machine:';
const FORMATS = ['qcow2', 'raw'] as const;
export type DiskFormat = (typeof FORMATS)[number];

export interface MachineImage {
  /** That has the disk image, as the file `disk`. */
  readonly volume: string;
  readonly format: DiskFormat;
}

/** As `image` of a spec has it. */
export const contentOf = ({ volume, format }: MachineImage) => `${PREFIX}${volume}.${format}`;

/** Undefined: what a container is made of. */
export function machineImageOf(content: string): MachineImage | undefined {
  const format = FORMATS.find((each) => content.endsWith(`.${each}`));
  if (!content.startsWith(PREFIX) || format === undefined) return undefined;
  return { volume: content.slice(PREFIX.length, -format.length - 1), format };
}

const MIB = 1024 * 1024;

/** What it takes of memory: the machine's own, and what runs it. */
export const machineMemoryMiB = ({ memoryMiB }: Pick<BoxSpec, 'memoryMiB'>) =>
  memoryMiB + BOX.machineOverheadBytes / MIB;

/** The largest file that it may write: its disk, with what qcow2 keeps about it. */
export const largestFileBytes = ({ diskMiB }: Pick<BoxSpec, 'diskMiB'>) => Math.ceil(diskMiB * MIB * 1.01) + 16 * MIB;

/** QEMU’s threads, and what starts it. */
export const MACHINE_PIDS = 256;

/**
 * For bash in the container. The disk is made once, and is there in full or not at all. What asks the container to end presses the
 * machine’s power button; an engine that waits no longer ends it.
 */
const LAUNCH = `set -eu
mkdir -p /run/seed
printf %s "$USER_DATA" >/run/seed/user-data
printf %s "$META_DATA" >/run/seed/meta-data
unset USER_DATA META_DATA
ulimit -f $3
format=$1 mib=$2; shift 3
if [ ! -e ${MACHINE_PATHS.own}/disk ]; then
  qemu-img create -q -f qcow2 -b ${MACHINE_PATHS.base}/disk -F "$format" ${MACHINE_PATHS.own}/part "\${mib}M"
  mv ${MACHINE_PATHS.own}/part ${MACHINE_PATHS.own}/disk
fi
rm -f /run/monitor.in /run/monitor.out
mkfifo /run/monitor.in /run/monitor.out
trap 'printf "{\\"execute\\":\\"qmp_capabilities\\"}{\\"execute\\":\\"system_powerdown\\"}\\n" >/run/monitor.in' TERM
qemu-system-x86_64 "$@" &
qemu=$!
while kill -0 $qemu 2>/dev/null; do wait $qemu && code=0 || code=$?; done
exit $code
`;

export interface MachineOf {
  readonly spec: BoxSpec;
  readonly format: DiskFormat;
  readonly accelerator: 'kvm' | 'tcg';
  /** As crypt(3) has it. */
  readonly passwordHash: string | undefined;
}

/** What the container runs. */
export function machineCommand(of: MachineOf): readonly string[] {
  const fileKiB = Math.ceil(largestFileBytes(of.spec) / 1024);
  return ['bash', '-c', LAUNCH, 'machine', of.format, String(of.spec.diskMiB), String(fileKiB), ...qemuArguments(of)];
}

export function machineEnv({ spec, passwordHash }: MachineOf): Readonly<Record<string, string>> {
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    LC_ALL: 'C',
    USER_DATA: userData(spec, passwordHash),
    META_DATA: JSON.stringify({ 'instance-id': `hearth-${spec.id}`, 'local-hostname': spec.id }),
  };
}

/** One that only runs what it is given, without sound or USB. */
export function acceleratorArguments(accelerator: 'kvm' | 'tcg'): readonly string[] {
  return [
    ['-nodefaults', '-no-user-config', '-display', 'none', '-L', '/usr/share/qemu', '-L', '/usr/share/seabios'],
    // What a fault in QEMU could be used for: new programs, other users, another share of the processor.
    ['-sandbox', 'on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny'],
    ['-machine', 'q35', '-accel', accelerator === 'kvm' ? 'kvm' : 'tcg,tb-size=64'],
    ['-cpu', accelerator === 'kvm' ? 'host' : 'max'],
  ].flat();
}

function qemuArguments({ spec, accelerator }: MachineOf): readonly string[] {
  const forwarded = spec.ports.map(({ box, protocol }) => `,hostfwd=${protocol}::${box}-:${box}`).join('');
  return [
    acceleratorArguments(accelerator),
    ['-m', String(spec.memoryMiB), '-smp', String(Math.max(1, Math.ceil(spec.cpuMillicores / 1000)))],
    [
      '-drive',
      `file=${MACHINE_PATHS.own}/disk,if=virtio,format=qcow2,discard=unmap,detect-zeroes=unmap,throttling.bps-total=${BOX.machineDiskBytes}`,
    ],
    // Nobody looks at it, and GRUB waits for ever where there is none.
    ['-device', 'VGA,vgamem_mb=4'],
    // What cloud-init looks for: a file system of that name (NoCloud).
    ['-drive', 'file.driver=vvfat,file.dir=/run/seed,file.label=cidata,format=raw,if=virtio,readonly=on'],
    ['-netdev', `user,id=net,ipv6=off,restrict=${spec.network === 'none' ? 'on' : 'off'}${forwarded}`],
    ['-device', 'virtio-net-pci,netdev=net,romfile='],
    ['-object', 'rng-random,id=random,filename=/dev/urandom'],
    ['-device', 'virtio-rng-pci,rng=random,max-bytes=4096,period=1000'],
    // Its console is what it prints.
    ['-chardev', 'stdio,id=console,signal=off', '-serial', 'chardev:console'],
    ['-chardev', 'pipe,id=monitor,path=/run/monitor', '-mon', 'chardev=monitor,mode=control'],
  ].flat();
}

/**
 * For cloud-init: JSON is YAML. Root may log in by its password, which an image's own settings may forbid: what OpenSSH reads first
 * counts, and it reads its folder by name.
 */
export function userData({ command }: Pick<BoxSpec, 'command'>, passwordHash: string | undefined): string {
  const accounts =
    passwordHash === undefined
      ? {}
      : {
          chpasswd: {
            expire: false,
            users: [{ name: 'root', password: passwordHash, type: 'hash' }],
            // Versions before 22.2 know this one alone.
            list: [`root:${passwordHash}`],
          },
        };
  const login = 'PermitRootLogin yes\nPasswordAuthentication yes\n';
  const restart = ['sh', '-c', 'systemctl restart ssh || systemctl restart sshd || service sshd restart || true'];
  return `#cloud-config\n${JSON.stringify(
    {
      ssh_pwauth: true,
      disable_root: false,
      ...accounts,
      write_files: [{ path: '/etc/ssh/sshd_config.d/00-hearth.conf', content: login }],
      timezone: 'Etc/UTC',
      runcmd: [restart, ...(command ? [[...command]] : [])],
    },
    null,
    1,
  )}\n`;
}
