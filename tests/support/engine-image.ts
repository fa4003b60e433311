// The image that tests run boxes and runners of: busybox of this computer and nothing else, as a user would have pulled it.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const BUSYBOX = ['/bin/busybox', '/usr/bin/busybox'].find((path) => existsSync(path));

/** A tar of its files, for an engine to import. It goes with the folder. `more` puts further files in. */
export function imageTar(folder: string, more: (root: string) => void = () => undefined): string {
  const root = join(folder, 'image');
  for (const name of ['bin', 'etc', 'tmp', 'dev', 'proc', 'sys', 'var/tmp', 'run', 'data']) {
    mkdirSync(join(root, name), { recursive: true });
  }
  copyFileSync(BUSYBOX!, join(root, 'bin/busybox'));
  for (const applet of execFileSync(BUSYBOX!, ['--list'], { encoding: 'utf8' }).split('\n')) {
    if (applet !== '' && applet !== 'busybox') symlinkSync('busybox', join(root, 'bin', applet));
  }
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0:root:/:/bin/sh\n');
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\n');
  more(root);
  const tar = join(folder, 'image.tar');
  execFileSync('tar', ['-C', root, '-cf', tar, '.']);
  return tar;
}
