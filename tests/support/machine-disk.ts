// A disk image that a machine boots of, made of this computer's own kernel and busybox: with an SSH server, and with as much of cloud-init
// as reads the seed that Hearth writes. Where what it is made of is missing, the answer is why.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { BUSYBOX } from './engine-image.ts';
import { kernelHere, packed, withBusybox, withLibraries } from './initramfs.ts';

export interface MachineDisk {
  readonly path: string;
  readonly sha256: string;
  remove(): void;
}

const MODULES = [
  'virtio_pci',
  'virtio_net',
  'virtio_blk',
  'vfat',
  'nls_cp437',
  'nls_ascii',
  'nls_utf8',
  'evdev',
  'button',
];
const BOOT = ['/usr/lib/ISOLINUX/isolinux.bin', '/usr/lib/syslinux/modules/bios/ldlinux.c32'];

/** The last item of `runcmd` is what a test wants run, one word of it a line: JSON’s escapes are undone by printf. */
const INIT = String.raw`#!/bin/sh
/bin/busybox --install -s /bin
mount -t proc p /proc; mount -t sysfs s /sys; mount -t devtmpfs d /dev; mkdir -p /dev/pts; mount -t devpts p /dev/pts
for f in /m/*.ko; do insmod $f; done
# The power button.
for e in /dev/input/event*; do (head -c 24 $e >/dev/null; sync; poweroff -f) & done
ifconfig lo 127.0.0.1 up
ifconfig eth0 10.0.2.15 netmask 255.255.255.0 up; route add default gw 10.0.2.2; echo 'nameserver 10.0.2.3' >/etc/resolv.conf
for d in /dev/vd*; do mount -t vfat -o ro $d /seed 2>/dev/null && [ -e /seed/user-data ] && break; done
hostname "$(sed -n 's/.*"local-hostname":"\([^"]*\)".*/\1/p' /seed/meta-data)"
hash=$(sed -n 's/^ *"password": "\(.*\)",*$/\1/p' /seed/user-data)
echo "root:$hash:19000:0:99999:7:::" >/etc/shadow; chmod 600 /etc/shadow
dropbear -R -p 22
told=$(sed -n '/"runcmd"/,$p' /seed/user-data | sed -n 's/^   "\(.*\)",*$/\1/p' | sed 1,3d)
if [ -n "$told" ]; then
  printf %b "$(echo "$told" | tail -n 1 | sed 's/\\"/"/g')" >/tmp/told
  sh /tmp/told
  poweroff -f
fi
while :; do sleep 1; done
`;

export function makeMachineDisk(): MachineDisk | { readonly reason: string } {
  const kernel = kernelHere(MODULES);
  if (!BUSYBOX || !kernel)
    return { reason: 'there is no kernel with its modules, or no busybox, to make a machine of' };
  const missing = [...BOOT, '/usr/bin/isohybrid', '/usr/bin/genisoimage', '/usr/sbin/dropbear'].find(
    (path) => !existsSync(path),
  );
  if (missing !== undefined) return { reason: `there is no ${missing} to make a machine of` };
  const folder = mkdtempSync(join(tmpdir(), 'hearth-machine-'));
  const root = join(folder, 'root');
  for (const name of ['bin', 'dev', 'proc', 'sys', 'm', 'etc/dropbear', 'root', 'seed', 'tmp', 'run', 'data'])
    mkdirSync(join(root, name), { recursive: true });
  withBusybox(root, kernel.modules);
  withLibraries(root, '/usr/sbin/dropbear');
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\n');
  writeFileSync(join(root, 'etc/shells'), '/bin/sh\n');
  writeFileSync(join(root, 'init'), INIT, { mode: 0o755 });
  const iso = join(folder, 'iso');
  mkdirSync(iso);
  packed(root, join(iso, 'initrd.gz'));
  copyFileSync(kernel.image, join(iso, 'vmlinuz'));
  for (const path of BOOT) copyFileSync(path, join(iso, basename(path)));
  const options = 'initrd=initrd.gz console=ttyS0 quiet panic=-1';
  writeFileSync(
    join(iso, 'isolinux.cfg'),
    `DEFAULT l\nPROMPT 0\nTIMEOUT 0\nLABEL l\n KERNEL vmlinuz\n APPEND ${options}\n`,
  );
  const path = join(folder, 'disk.img');
  const boot = ['-b', 'isolinux.bin', '-c', 'boot.cat', '-no-emul-boot', '-boot-load-size', '4', '-boot-info-table'];
  execFileSync('genisoimage', ['-quiet', '-o', path, ...boot, iso], { stdio: 'ignore' });
  execFileSync('isohybrid', [path], { stdio: 'ignore' });
  const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
  return { path, sha256, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
