// What a small system boots of: a kernel of this computer's, its modules, busybox and single programs.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { BUSYBOX } from './engine-image.ts';

/** With a shell, and in the folder `m` the modules in the order in which they are to be loaded. */
export function withBusybox(root: string, modules: readonly string[]): void {
  for (const name of ['bin', 'm']) mkdirSync(join(root, name), { recursive: true });
  copyFileSync(BUSYBOX!, join(root, 'bin/busybox'));
  execFileSync('ln', ['-s', 'busybox', join(root, 'bin/sh')]);
  for (const [at, path] of modules.entries())
    copyFileSync(path, join(root, 'm', `${String(at).padStart(2, '0')}-${basename(path)}`));
}

export function packed(root: string, path: string): void {
  const text = `cd "$1" && find . | ${BUSYBOX} cpio -o -H newc 2>/dev/null | gzip -1 >"$2"`;
  execFileSync('sh', ['-c', text, 'sh', root, path]);
}

/** The newest, and of its modules those that are wanted after those that they need. */
export function kernelHere(
  wanted: readonly string[],
): { readonly image: string; readonly modules: readonly string[] } | undefined {
  const versions = (existsSync('/boot') ? readdirSync('/boot') : [])
    .filter((name) => name.startsWith('vmlinuz-'))
    .map((name) => name.slice('vmlinuz-'.length))
    .sort()
    .reverse();
  for (const version of versions) {
    const folder = join('/lib/modules', version);
    if (!existsSync(join(folder, 'modules.dep'))) continue;
    const needs = new Map<string, readonly string[]>();
    for (const line of readFileSync(join(folder, 'modules.dep'), 'utf8').split('\n')) {
      const [path = '', rest = ''] = line.split(':');
      needs.set(
        basename(path)
          .replace(/\.ko.*$/, '')
          .replaceAll('-', '_'),
        [...rest.split(' ').filter(Boolean).reverse(), path],
      );
    }
    // What is not there is part of the kernel.
    const paths = new Set(wanted.flatMap((name) => needs.get(name) ?? []));
    if ([...paths].some((path) => !path.endsWith('.ko'))) continue;
    return { image: `/boot/vmlinuz-${version}`, modules: [...paths].map((path) => join(folder, path)) };
  }
  return undefined;
}

/** In its folder `bin`, with what it is linked to. */
export function withLibraries(root: string, program: string): void {
  copyFileSync(program, join(root, 'bin', basename(program)));
  const linked = execFileSync('ldd', [program], { encoding: 'utf8' });
  for (const [path] of linked.matchAll(/\/[\w./+-]+/g)) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    copyFileSync(path, join(root, path));
  }
}
