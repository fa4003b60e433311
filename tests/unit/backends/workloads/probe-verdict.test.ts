import { describe, expect, it } from 'vitest';
import type { Target } from '../../../../src-main/backends/workloads/probe-script.ts';
import { type Tried, verdictOn } from '../../../../src-main/backends/workloads/probe-verdict.ts';

const targets: readonly Target[] = [
  { check: 'this-computer', address: '192.168.1.20', port: 4000 },
  { check: 'this-computer', address: '10.88.0.1', port: 4000 },
  { check: 'mail', address: '9.9.9.9', port: 25 },
];
const tried: Tried = {
  targets,
  arrived: new Set(),
  memoryBytes: 80 * 1024 * 1024,
  pids: 64,
  cpuMillicores: 500,
  kind: 'container' as const,
  byNetwork: false,
  readOnlyRoot: true,
};
const GOOD: Readonly<Record<string, string>> = {
  capabilities: '00000000000404eb',
  'no-new-privileges': '1',
  seccomp: '2',
  memory: '83886080',
  pids: '64',
  cpu: '50000 100000',
  'read-only': 'Read-only file system',
  mount: 'permission denied.',
  devices: 'Operation not permitted',
  'block-devices': '',
  'kernel-settings': 'Read-only file system',
  'kernel-log': 'No such file or directory',
  'disk /data/': 'No space left on device',
  dns: '9.9.9.9 149.112.112.112',
  'net this-computer 192.168.1.20 4000': 'No route to host',
  'net this-computer 10.88.0.1 4000': 'Operation not permitted',
  'net mail 9.9.9.9 25': 'No route to host',
  internet: 'reached',
  end: '',
};
const saying = (more: Readonly<Record<string, string | undefined>> = {}) =>
  Object.entries({ ...GOOD, ...more })
    .filter(([, text]) => text !== undefined)
    .map(([name, text]) => `${name}\t${text}\n`)
    .join('');
const failed = (said: string, of: Partial<Tried> = {}) =>
  verdictOn(said, { ...tried, ...of })
    .checks.filter(({ held }) => !held)
    .map(({ id }) => id);

describe('what was seen from inside a box', () => {
  it('holds, and says whether there is an Internet', () => {
    expect(failed(saying())).toEqual([]);
    expect(verdictOn(saying(), tried).internet).toBe(true);
    expect(verdictOn(saying({ internet: 'silence' }), tried)).toMatchObject({ internet: false });
    // cgroups version 1 has the quota alone.
    expect(failed(saying({ cpu: '50000' }))).toEqual([]);
  });

  it.each([
    ['capabilities', { capabilities: '00000000000004eb' }, false],
    ['capabilities', { capabilities: '00000000000424eb' }, true],
    ['capabilities', { capabilities: '000001ffffffffff' }, true],
    ['no-new-privileges', { 'no-new-privileges': '0' }, true],
    ['seccomp', { seccomp: '0' }, true],
    ['memory', { memory: 'max' }, true],
    ['memory', { memory: '' }, true],
    ['memory', { memory: '83886081' }, true],
    ['cpu', { cpu: 'max 100000' }, true],
    ['cpu', { cpu: '-1' }, true],
    ['pids', { pids: 'max' }, true],
    ['disk', { 'disk /data/': '' }, true],
    ['disk', { 'disk /': '' }, true],
    ['disk', { 'disk /': 'No space left on device' }, false],
    ['read-only', { 'read-only': '' }, true],
    ['devices', { devices: '' }, true],
    ['devices', { 'block-devices': '/dev/vda' }, true],
    ['mount', { mount: '' }, true],
    ['kernel-settings', { 'kernel-settings': '' }, true],
    ['kernel-settings', { 'kernel-log': '' }, true],
    ['dns', { dns: '9.9.9.9 192.168.1.1' }, true],
    ['dns', { dns: '' }, true],
    ['this-computer', { 'net this-computer 10.88.0.1 4000': 'Connection refused' }, true],
    ['this-computer', { 'net this-computer 10.88.0.1 4000': 'reached' }, true],
    ['this-computer', { 'net this-computer 10.88.0.1 4000': 'silence' }, true],
    ['this-computer', { 'net this-computer 10.88.0.1 4000': undefined }, true],
    ['mail', { 'net mail 9.9.9.9 25': 'silence' }, true],
  ] as const)('is judged for %s where %j was seen', (id, seen, fails) => {
    expect(failed(saying(seen))).toEqual(fails ? [id] : []);
  });

  it('counts what arrived, whatever the box was answered', () => {
    expect(failed(saying(), { arrived: new Set(['10.88.0.1 4000']) })).toEqual(['this-computer']);
  });

  it('is no proof of anything where it does not come to its end', () => {
    expect(failed(saying({ end: undefined })).length).toBe(verdictOn(saying(), tried).checks.length);
    expect(failed('').length).toBe(verdictOn(saying(), tried).checks.length);
  });
});
