// The program that makes encrypted volumes, with a cryptsetup that writes down how it is called and gives out the file as it is: most
// kernels of build servers have no device mapper. All else is real, so it takes root and loop devices.

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { VolumeHelper } from '../../src-main/backends/workloads/volumes/helper.ts';
import { Volumes } from '../../src-main/backends/workloads/volumes/volumes.ts';

export const SCRIPT = resolve(import.meta.dirname, '../../build/resources/hearth-volumes');

export interface StandIn {
  readonly volumes: Volumes;
  readonly helper: VolumeHelper;
  /** Where volumes are. */
  readonly root: string;
  /** How cryptsetup was called since the last time, each followed by the hex digits of its standard input. */
  called(): readonly string[];
  /** As if the computer had been restarted: nothing is open or mounted any more. */
  restart(): void;
  /** The next call of this program fails. */
  failAt(program: string): void;
  remove(): void;
}

export function standIn(): StandIn | { readonly reason: string } {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return { reason: 'it takes root on Linux' };
  const folder = mkdtempSync(join(tmpdir(), 'hearth-volumes-'));
  chmodSync(folder, 0o755);
  const at = { bin: join(folder, 'bin'), mapper: join(folder, 'mapper'), root: join(folder, 'volumes') };
  mkdirSync(at.bin);
  mkdirSync(at.mapper);
  const log = join(folder, 'called');
  const fail = join(folder, 'fail');
  const program = (name: string, text: string) =>
    writeFileSync(join(at.bin, name), `#!/bin/bash\n${text}`, { mode: 0o755 });
  const failing = `[ -e ${fail} ] && grep -qxF -- "$(basename $0)" ${fail} && rm ${fail} && { echo "$(basename $0): no" >&2; exit 5; }\n`;
  program(
    'cryptsetup',
    `${failing}key=; case "$*" in *--key-file=-*) key=$(od -An -v -tx1 | tr -d ' \\n') ;; esac
echo "$* $key" >>${log}
case $1 in
  open) ln -s "$(losetup -f --show --offset 16MiB "\${@: -2:1}")" "${at.mapper}/\${@: -1}" ;;
  close) losetup -d "$(readlink ${at.mapper}/$2)" && rm ${at.mapper}/$2 ;;
esac
`,
  );
  program('mkfs.ext4', `${failing}exec /sbin/mkfs.ext4 "$@"\n`);
  program('fallocate', `${failing}exec /usr/bin/fallocate "$@"\n`);
  program('modprobe', 'exit 0\n');
  const script = join(folder, 'hearth-volumes');
  const text = readFileSync(SCRIPT, 'utf8');
  const changed = [
    ['PATH=/usr/sbin', `PATH=${at.bin}:/usr/sbin`],
    ['ROOT=/var/lib/hearth-volumes', `ROOT=${at.root}`],
  ] as const;
  const made = changed.reduce(
    (before, [from, to]) => {
      if (!before.includes(from)) throw new Error(`there is no ${from} to be replaced`);
      return before.replace(from, to);
    },
    text.replaceAll('/dev/mapper', at.mapper),
  );
  writeFileSync(script, made);
  const helper = new VolumeHelper({ commands: () => [{ command: ['/bin/sh', script], patienceMs: 30_000 }] });
  const restart = () => {
    helper.close();
    execFileSync('sh', [
      '-c',
      `for m in ${at.root}/*/; do umount $m; done 2>/dev/null; for l in ${at.mapper}/*; do losetup -d $(readlink $l) && rm $l; done 2>/dev/null; true`,
    ]);
  };
  return {
    volumes: new Volumes(helper, at.root),
    helper,
    root: at.root,
    restart,
    called() {
      const lines = readLines(log);
      rmSync(log, { force: true });
      return lines;
    },
    failAt: (program) => writeFileSync(fail, `${program}\n`),
    remove() {
      restart();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function readLines(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').filter(Boolean);
  } catch {
    return [];
  }
}
