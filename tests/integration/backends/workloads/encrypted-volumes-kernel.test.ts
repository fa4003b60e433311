// An encrypted volume with a real cryptsetup and a kernel that has a device mapper, which most build servers' have not: so in a small
// machine of QEMU's, by the program that ships.
import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { BUSYBOX } from '../../../support/engine-image.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { kernelHere, packed, withBusybox, withLibraries } from '../../../support/initramfs.ts';
import { SCRIPT } from '../../../support/volume-helper.ts';

const PROGRAMS = [
  '/usr/sbin/cryptsetup',
  '/sbin/mkfs.ext4',
  '/usr/bin/fallocate',
  '/usr/bin/mountpoint',
  '/usr/bin/stat',
];
const MODULES = ['loop', 'dm_mod', 'dm_crypt', 'xts', 'aesni_intel', 'algif_skcipher', 'ext4', 'crc32c_generic'];

const KEY = Buffer.alloc(32, 7).toString('base64');
const INIT = String.raw`#!/bin/sh
/bin/busybox --install -s /bin 2>/dev/null
mount -t proc p /proc; mount -t sysfs s /sys; mount -t devtmpfs d /dev; mount -t tmpfs t /var/lib; mount -t tmpfs t /run; mount -t tmpfs t /tmp
for f in /m/*.ko; do insmod $f; done
say() { echo "SAID $*"; }
asked() { printf '%s\n' "$*" | sh /hearth-volumes 2>&1 | while read -r line; do say "$line"; done; }
V=/var/lib/hearth-volumes
asked create of-test-lease-1 32 root ${KEY}
say "mounted $(grep -c "^/dev/mapper/hearth-of-test-lease-1 $V/of-test-lease-1 ext4" /proc/mounts)"
echo a-line-that-nobody-may-read >$V/of-test-lease-1/data/it; sync
say "in the open $(grep -c a-line-that-nobody $V/of-test-lease-1.luks)"
say "by its key $(grep -c a-line-that-nobody $V/of-test-lease-1/data/it)"
cryptsetup luksDump $V/of-test-lease-1.luks | grep -E '^Version|cipher:|PBKDF:|Cipher key' | while read -r line; do say "$line"; done
umount $V/of-test-lease-1; cryptsetup close hearth-of-test-lease-1
head -c 32 /dev/urandom | cryptsetup open --test-passphrase --key-file=- $V/of-test-lease-1.luks 2>/dev/null; say "another key $?"
printf %s ${KEY} | base64 -d | cryptsetup open --test-passphrase --key-file=- $V/of-test-lease-1.luks; say "the key $?"
asked create of-test-lease-1 32 root ${KEY}
say "what was there $(ls $V/of-test-lease-1/data | wc -l)"
asked destroy of-test-lease-1
say "left $(ls $V | wc -l) $(ls /dev/mapper | grep -c hearth) $(grep -c hearth /proc/mounts) $(losetup -a | wc -l)"
poweroff -f
`;

const missing = ['/usr/bin/qemu-system-x86_64', ...PROGRAMS].find((path) => !existsSync(path));
const kernel = BUSYBOX ? kernelHere(MODULES) : undefined;
const reason =
  missing === undefined ? (kernel ? undefined : 'there is no kernel with its modules') : `there is no ${missing}`;
if (reason !== undefined) console.warn(`SKIPPED: no volume was encrypted by a real kernel: ${reason}`);

it.skipIf(reason !== undefined)(
  'a volume is encrypted, opens by its key alone, and is gone when it is destroyed',
  async () => {
    const folder = temporaryFolder();
    const root = join(folder, 'root');
    for (const name of ['dev', 'proc', 'sys', 'run', 'tmp', 'var/lib'])
      mkdirSync(join(root, name), { recursive: true });
    withBusybox(root, kernel!.modules);
    for (const path of PROGRAMS) withLibraries(root, path);
    copyFileSync(SCRIPT, join(root, 'hearth-volumes'));
    writeFileSync(join(root, 'init'), INIT, { mode: 0o755 });
    packed(root, join(folder, 'initrd.gz'));
    const machine = [
      '-machine',
      'q35,accel=tcg',
      '-cpu',
      'max',
      '-m',
      '384',
      '-nographic',
      '-no-reboot',
      '-nic',
      'none',
    ];
    const boot = [
      '-kernel',
      kernel!.image,
      '-initrd',
      join(folder, 'initrd.gz'),
      '-append',
      'console=ttyS0 quiet panic=-1',
    ];
    const { stdout } = await promisify(execFile)('qemu-system-x86_64', [...machine, ...boot], { maxBuffer: 1 << 24 });
    // The firmware ends the screen's line with none of its own.
    const said = [...stdout.matchAll(/SAID ([^\r\n]*)/g)].map(([, line]) => line!.trim());
    const made = expect.stringMatching(/^ok \/var\/lib\/hearth-volumes\/of-test-lease-1\/data \d+:\d+$/);
    expect(said, stdout.slice(-3000)).toEqual([
      'hearth-volumes 2',
      made,
      'mounted 1',
      'in the open 0',
      'by its key 1',
      'Version:       \t2',
      'cipher: aes-xts-plain64',
      'Cipher key: 512 bits',
      'PBKDF:      pbkdf2',
      'another key 2',
      'the key 0',
      'hearth-volumes 2',
      made,
      'what was there 0',
      'hearth-volumes 2',
      'ok',
      'left 0 0 0 0',
    ]);
  },
);
