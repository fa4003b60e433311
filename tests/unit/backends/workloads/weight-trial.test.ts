// What a trial's container says of its weight. The trial itself is made with real engines (tests/integration/backends/workloads).
import { expect, it } from 'vitest';
import { DISK_WEIGHT } from '../../../../src-main/backends/workloads/box-plan.ts';
import { weighsLess } from '../../../../src-main/backends/workloads/weight-trial.ts';

it.each([
  ['no file at all', '', false],
  ['the weight that all have', 'default 100\n', false],
  ['one of the scheduler’s own', `default ${DISK_WEIGHT}\ndefault 100\n`, true],
  ['what runtimes make of it for the kernel', 'default 100\ndefault 21\n', true],
  ['a number alone, as in version 1', `${DISK_WEIGHT}\n`, true],
  ['one for a single disk', 'default 100\n8:0 12\n', false],
  ['something else', 'no such file 12', false],
])('of %s', (_, said, less) => {
  expect(weighsLess(said)).toBe(less);
});
