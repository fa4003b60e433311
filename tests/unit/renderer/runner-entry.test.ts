// A runner as it is typed into the form, and the setting that it makes.
import { beforeAll, describe, expect, it } from 'vitest';
import type { RunnerSetting } from '../../../src-preload/contract/settings/runners.ts';
import {
  type Entry,
  entryOf,
  figures,
  figuresOf,
  hasLineBreak,
  read,
  withRunner,
} from '../../../src-renderer/parts/runners/entry.ts';
import { speak } from './speech.ts';

let t: Awaited<ReturnType<typeof speak>>['t'];
beforeAll(async () => {
  ({ t } = await speak('en'));
});

const CAPABILITY = '/examples/hello/v1';
const entry = (change: Partial<Entry>): Entry => ({ ...entryOf(undefined, CAPABILITY), ...change });
const reading = (change: Partial<Entry>, taken: readonly string[] = []) => read(entry(change), taken, t);

describe('a runner in its form', () => {
  it.each<[string, Partial<Entry>, RunnerSetting]>([
    [
      'a program with two arguments, an empty line left out',
      { program: ' /opt/run.py ', args: '--fast\n\nof "two" words' },
      { kind: 'program', capability: CAPABILITY, program: '/opt/run.py', args: ['--fast', 'of "two" words'] },
    ],
    [
      'a program with limits, minutes and decimals as either language writes them',
      { program: 'C:\\run.exe', minutes: '1,5', outputMiB: '10,000', outputFiles: '12' },
      {
        kind: 'program',
        capability: CAPABILITY,
        program: 'C:\\run.exe',
        timeLimitSecs: 90,
        outputMiB: 10_000,
        outputFiles: 12,
      },
    ],
    [
      'a container with all that it may have',
      {
        kind: 'container',
        image: 'docker.io/library/python:3.13',
        memoryMiB: '4096',
        cores: '2.5',
        pids: '64',
        tmpMiB: '32',
        network: true,
        gpu: true,
      },
      {
        kind: 'container',
        capability: CAPABILITY,
        image: 'docker.io/library/python:3.13',
        memoryMiB: 4096,
        cpuMillicores: 2500,
        pids: 64,
        tmpMiB: 32,
        network: true,
        gpu: true,
      },
    ],
    [
      'a container with nothing chosen',
      { kind: 'container', image: 'alpine' },
      { kind: 'container', capability: CAPABILITY, image: 'alpine' },
    ],
    ['practice', { kind: 'noop', sleepSecs: '0' }, { kind: 'noop', capability: CAPABILITY, sleepSecs: 0 }],
  ])('is %s', (_, change, setting) => {
    expect(reading(change)).toEqual({ problems: {}, setting });
    // What was saved is what is shown again, and saved again.
    expect(read(entryOf(setting), [], t).setting).toEqual(setting);
  });

  it.each<[string, Partial<Entry>, keyof Entry]>([
    ['a path that is not whole', { program: 'run.py' }, 'program'],
    ['no path', {}, 'program'],
    ['no image', { kind: 'container' }, 'image'],
    ['an image with a space', { kind: 'container', image: 'a b' }, 'image'],
    ['a capability without a slash', { program: '/run', capability: 'hello' }, 'capability'],
    ['no time', { program: '/run', minutes: '0' }, 'minutes'],
    ['words for a number', { program: '/run', outputMiB: 'many' }, 'outputMiB'],
    ['half a process', { kind: 'container', image: 'alpine', pids: '1.5' }, 'pids'],
    ['too many results', { program: '/run', outputFiles: '1025' }, 'outputFiles'],
    ['too many arguments', { program: '/run', args: Array.from({ length: 129 }, () => 'x').join('\n') }, 'args'],
  ])('refuses %s, and says so where it was typed', (_, change, member) => {
    const { problems, setting } = reading(change);
    expect(Object.keys(problems)).toEqual([member]);
    expect(problems[member]).toMatch(/\.$/);
    expect(setting).toBeUndefined();
  });

  it('refuses a second one for a kind of job', () => {
    expect(reading({ program: '/run' }, [CAPABILITY]).problems).toEqual({ capability: t('runners.bad.taken') });
  });

  it('keeps arguments that can’t be typed one a line', () => {
    const setting: RunnerSetting = { kind: 'program', capability: CAPABILITY, program: '/run', args: ['one\ntwo'] };
    expect(hasLineBreak(setting)).toBe(true);
    expect(read(entryOf(setting), [], t, setting.args).setting).toEqual(setting);
  });

  it('takes each figure at both of its ends', () => {
    for (const kind of ['noop', 'program', 'container'] as const) {
      for (const figure of figuresOf(kind)) {
        for (const value of [figures[figure].least, figures[figure].most, figures[figure].usual]) {
          const made = reading({ kind, program: '/run', image: 'alpine', [figure]: String(value) });
          expect([figure, value, made.problems]).toEqual([figure, value, {}]);
        }
      }
    }
  });

  it('takes the place of the one for its capability, or comes last', () => {
    const one: RunnerSetting = { kind: 'noop', capability: '/one' };
    const two: RunnerSetting = { kind: 'noop', capability: '/two' };
    expect(withRunner([one], two)).toEqual([one, two]);
    expect(withRunner([one, two], { ...one, sleepSecs: 1 })).toEqual([{ ...one, sleepSecs: 1 }, two]);
  });
});
