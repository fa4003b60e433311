import { describe, expect, it } from 'vitest';
import { librariesIn } from '../../../../src-main/backends/workloads/toolbox.ts';

describe('the libraries of a program', () => {
  it.each([
    [
      'by glibc',
      '\tlinux-vdso.so.1 (0x00007ffd1b5f2000)\n\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f2a)\n\t/lib64/ld-linux-x86-64.so.2 (0x00007f2b)\n',
      ['/lib/x86_64-linux-gnu/libc.so.6', '/lib64/ld-linux-x86-64.so.2'],
    ],
    [
      'by musl',
      '\t/lib/ld-musl-x86_64.so.1 (0x7f00)\n\tlibc.musl-x86_64.so.1 => /lib/ld-musl-x86_64.so.1 (0x7f00)\n',
      ['/lib/ld-musl-x86_64.so.1', '/lib/ld-musl-x86_64.so.1'],
    ],
    ['where one is not found', '\tlibx.so => not found\n', []],
    ['where there are none', '\tstatically linked\n', []],
  ])('are read %s', (_name, text, paths) => {
    expect(librariesIn(text)).toEqual(paths);
  });
});
