import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { seccompProfile, withoutNamespaces } from '../../../../src-main/backends/containers/seccomp.ts';
import { temporaryFolder } from '../../../support/folder.ts';

interface Rule {
  readonly names: readonly string[];
  readonly action: string;
  readonly args?: readonly object[];
}
const PODMAN = {
  defaultAction: 'SCMP_ACT_ERRNO',
  defaultErrnoRet: 38,
  syscalls: [
    { names: ['read', 'clone', 'clone3', 'unshare', 'mount', 'keyctl'], action: 'SCMP_ACT_ALLOW' },
    { names: ['setns', 'bpf'], action: 'SCMP_ACT_ALLOW', includes: { caps: ['CAP_SYS_ADMIN'] } },
    { names: ['setns'], action: 'SCMP_ACT_ERRNO', excludes: { caps: ['CAP_SYS_ADMIN'] }, errnoRet: 1 },
  ],
};
const rulesOf = (profile: object) =>
  (JSON.parse(withoutNamespaces(JSON.stringify(profile))!) as { syscalls: readonly Rule[] }).syscalls;

describe('the profile of system calls', () => {
  it('is Podman’s without namespaces, mounts and keyrings', () => {
    const rules = rulesOf(PODMAN);
    const allowed = rules.filter(({ action }) => action === 'SCMP_ACT_ALLOW');
    expect(allowed.map(({ names }) => names)).toEqual([['read'], ['bpf'], ['clone']]);
    const refused = rules.find(({ action }) => action === 'SCMP_ACT_ERRNO')!;
    expect(refused.names).toEqual(expect.arrayContaining(['unshare', 'setns', 'mount', 'keyctl']));
    expect(rules.flatMap(({ names }) => names)).not.toContain('clone3');
  });

  it('lets processes and threads be made, by clone without a namespace', () => {
    expect(rulesOf(PODMAN).find(({ names }) => names.includes('clone'))?.args).toEqual([
      { index: 0, value: 2_114_060_288, valueTwo: 0, op: 'SCMP_CMP_MASKED_EQ' },
    ]);
  });

  it('leaves nothing else out', () => {
    const place = '/usr/share/containers/seccomp.json';
    const real = existsSync(place) ? (JSON.parse(readFileSync(place, 'utf8')) as typeof PODMAN) : PODMAN;
    const names = (rules: readonly Rule[]) =>
      new Set(rules.filter(({ action }) => action === 'SCMP_ACT_ALLOW').flatMap((rule) => rule.names));
    const gone = [...names(real.syscalls)].filter((name) => !names(rulesOf(real)).has(name));
    expect(
      gone.filter((name) => !/clone3|unshare|setns|mount|pivot_root|^fs|open_tree|key|userfaultfd/.test(name)),
    ).toEqual([]);
  });

  it('is written where Podman’s own is found, and not where it is none', async () => {
    const folder = temporaryFolder();
    const own = join(folder, 'own.json');
    expect(await seccompProfile(folder, [own])).toBeUndefined();
    writeFileSync(own, '{}');
    expect(await seccompProfile(folder, [own])).toBeUndefined();
    writeFileSync(own, JSON.stringify(PODMAN));
    const path = await seccompProfile(join(folder, 'new'), [join(folder, 'absent.json'), own]);
    expect(JSON.parse(readFileSync(path!, 'utf8'))).toMatchObject({ defaultAction: 'SCMP_ACT_ERRNO' });
    // An engine may read it while the next box is made.
    const before = statSync(path!);
    await Promise.all([seccompProfile(join(folder, 'new'), [own]), seccompProfile(join(folder, 'new'), [own])]);
    expect([statSync(path!).ino, statSync(path!).mtimeMs]).toEqual([before.ino, before.mtimeMs]);
  });
});
