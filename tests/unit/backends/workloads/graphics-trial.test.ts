// What two boxes that were looked into, one with the graphics cards and one without, say of a card.
import { expect, it } from 'vitest';
import type { BoxSpec } from '../../../../src-main/backends/workloads/backend.ts';
import { EngineFailed } from '../../../../src-main/backends/workloads/errors.ts';
import { tryGraphics } from '../../../../src-main/backends/workloads/graphics-trial.ts';
import { HandClock } from '../../../support/clock.ts';

const signal = new AbortController().signal;
const HELD = ['held CapBnd:\t00000000000404eb', 'held NoNewPrivs:\t1', 'held Seccomp:\t2'];
const WITHOUT = [...HELD, 'open /dev/null', 'shut /dev/console', 'end'];
const having = (...more: string[]) => [...more, ...WITHOUT];

async function tried(
  without: readonly string[],
  with_: readonly string[],
  start: (spec: BoxSpec) => Promise<void> = () => Promise.resolve(),
) {
  const made: BoxSpec[] = [];
  let removed = 0;
  const verdict = await tryGraphics(
    {
      clock: new HandClock(),
      boxes: {
        create: (spec) => {
          made.push(spec);
          return Promise.resolve();
        },
        start: () => start(made.at(-1)!),
        remove: () => {
          removed += 1;
          return Promise.resolve();
        },
        status: () => Promise.resolve('stopped'),
        logs: () => Promise.resolve((made.length === 1 ? without : with_).join('\r\n')),
      },
      image: () => Promise.resolve('sha256:1'),
    },
    signal,
  );
  return { verdict, made, removed };
}

const works = (seen: string) => ({ works: true, seen });
const not = (seen: string) => ({ works: false, seen });

it.each([
  ['its devices', having('open /dev/nvidia0', 'open /dev/nvidiactl'), works('/dev/nvidia0 /dev/nvidiactl')],
  [
    'one that is shut',
    having('shut /dev/dri/card0', 'open /dev/dri/renderD128'),
    works('/dev/dri/renderD128 /dev/dri/card0'),
  ],
  ['none but shut ones', having('shut /dev/dri/card0'), not('the root of a box can’t open /dev/dri/card0')],
  ['none', having(), not('a box that was to have a card had no more devices than one without')],
  ['a disk', having('open /dev/nvidia0', 'disk /dev/sda'), not('a box with a card had a disk: /dev/sda')],
  ['no end', ['open /dev/nvidia0'], not('a box did not say which devices it has')],
  ['nothing', [], not('a box did not say which devices it has')],
  [
    'capabilities',
    having('held CapEff:\t1', 'open /dev/nvidia0'),
    not(`a box with a card was held otherwise: ${['held CapEff:\t1', ...HELD].map((line) => line.slice(5)).join(' ')}`),
  ],
])('a box with cards that has %s', async (_, lines, verdict) => {
  const trial = await tried(WITHOUT, lines);
  expect(trial.verdict).toEqual(verdict);
  expect(trial.made.map(({ gpuMiB, network }) => [gpuMiB, network])).toEqual([
    [undefined, 'none'],
    [1, 'none'],
  ]);
  expect(trial.removed).toBe(4);
});

it('says what the engine said, and leaves nothing', async () => {
  const cause = new Error('could not select device driver "nvidia" with capabilities: [[gpu]]');
  const { verdict, removed } = await tried(WITHOUT, [], ({ gpuMiB }) =>
    gpuMiB === undefined ? Promise.resolve() : Promise.reject(new EngineFailed('start', cause)),
  );
  expect([verdict, removed]).toEqual([not(cause.message), 4]);
});

it('says no more than fits a page', async () => {
  const many = Array.from({ length: 100 }, (_, at) => `open /dev/nvidia${at}`);
  const { verdict } = await tried(WITHOUT, having(...many));
  expect(verdict.seen).toHaveLength(200);
});
