import { expect, it } from 'vitest';
import { type Occasion, type Step, stepFor } from '../../../src-main/work/endings.ts';
import type { JobKind } from '../../../src-preload/contract/work.ts';

const FACTS = { handBack: false, outlives: false, elsewhere: false };

it.each<[Occasion, JobKind, Partial<typeof FACTS>, Step]>([
  ['pause', 'task', {}, 'finish'],
  ['pause', 'job', {}, 'finish'],
  ['pause', 'job', { handBack: true }, 'hand-back'],
  ['pause', 'lease', { handBack: true }, 'keep'],
  ['room', 'task', {}, 'stop-late'],
  ['room', 'job', {}, 'finish'],
  ['room', 'job', { handBack: true }, 'hand-back'],
  ['room', 'lease', {}, 'keep'],
  ['release', 'task', {}, 'stop-late'],
  ['release', 'job', {}, 'hand-back'],
  ['release', 'lease', { outlives: true }, 'ask'],
  ['release', 'lease', {}, 'ask'],
  ['release', 'lease', { elsewhere: true }, 'keep'],
  ['quit', 'task', {}, 'stop-late'],
  ['quit', 'job', {}, 'hand-back'],
  ['quit', 'lease', { outlives: true }, 'keep'],
  ['quit', 'lease', {}, 'refund'],
])('at a %s, what becomes of a %s with %o is: %s', (occasion, kind, facts, step) => {
  expect(stepFor(occasion, kind, { ...FACTS, ...facts })).toBe(step);
});
