// What the form of a machine says, as the setting has it.
import { describe, expect, it } from 'vitest';
import { EMPTY, read } from '../../../../src-renderer/parts/boxes/machine-image.ts';

const GOOD = { ...EMPTY, name: 'debian-12', from: '/images/debian.qcow2', sha256: 'A'.repeat(64) };

describe('the form of a machine', () => {
  it('is read as the setting has it', () => {
    expect(read({ ...GOOD, memoryMiB: ' 512 ' }, [])).toEqual({
      wrong: new Set(),
      machine: { name: 'debian-12', from: '/images/debian.qcow2', sha256: 'a'.repeat(64), memoryMiB: 512 },
    });
    const ofEngine = { ...EMPTY, name: 'debian', from: 'image:debian/12' };
    expect(read(ofEngine, []).machine).toEqual({ name: 'debian', from: 'image:debian/12' });
  });

  it.each([
    ['name', { name: 'Debian 12' }],
    ['from', { from: 'debian.qcow2' }],
    ['from', { from: 'ftp://example.org/x' }],
    ['sha256', { sha256: '' }],
    ['sha256', { sha256: 'abc' }],
    ['memoryMiB', { memoryMiB: 'much' }],
    ['diskMiB', { diskMiB: '1' }],
  ] as const)('says that %s can’t be so', (member, more) => {
    expect(read({ ...GOOD, ...more }, []).wrong).toEqual(new Set([member]));
  });

  it('takes each name once', () => {
    expect(read(GOOD, ['debian-12']).wrong).toEqual(new Set(['taken']));
  });
});
