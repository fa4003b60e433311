import { describe, expect, it } from 'vitest';
import { isInFront } from '../../../src-preload/contract/settings/index.ts';
import { RunnersSetting, runnersSettings } from '../../../src-preload/contract/settings/runners.ts';

const program = { kind: 'program', capability: '/a/v1', program: '/opt/run' };
const container = { kind: 'container', capability: '/b/v1', image: 'registry.example:5000/a/b@sha256:0123' };

/** What is wrong with it, by its place. */
function faults(value: unknown): readonly string[] {
  const parsed = RunnersSetting.safeParse(value);
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('the setting for runners', () => {
  it('takes programs and containers, one for each capability', () => {
    expect(
      faults([program, container, { ...program, capability: '/c/v1', program: 'C:\\run.exe', args: [''] }]),
    ).toEqual([]);
    expect(faults([program, { ...container, capability: '/a/v1' }])).toEqual([
      '1.capability: /a/v1 has a runner already',
    ]);
  });

  it.each([
    [{ ...program, program: 'run.sh' }, /whole path of a program/],
    [{ ...program, program: '/a\0b' }, /null character/],
    [{ ...program, args: ['a\0'] }, /null character/],
    [{ ...program, capability: 'a' }, /such as \/reconstruction/],
    [{ ...program, capability: '/a//b' }, /such as \/reconstruction/],
    [{ ...program, image: 'a' }, /image/],
    [{ ...program, timeLimitSecs: 0 }, />=1/],
    [{ ...container, image: '--privileged' }, /expected an image/],
    [{ ...container, image: 'a b' }, /expected an image/],
    [{ ...container, network: 'yes' }, /boolean/],
    [{ ...container, kind: 'shell' }, /./],
  ])('refuses %j by its place', (value, says) => {
    const [fault] = faults([value]);
    expect(fault).toMatch(/^0/);
    expect(fault).toMatch(says);
  });

  it('is changed by a page of the console only with a yes at the computer', () => {
    expect(isInFront(runnersSettings['backends.runners'])).toBe(true);
  });
});
