// A computer that lends slots and nothing else.
import type { Clock } from '../../src-main/base/clock.ts';
import { Capacity } from '../../src-main/work/capacity.ts';
import { NOTHING } from '../../src-main/work/resources.ts';

export function slotsOnly(clock: Clock, open: () => number): Capacity {
  return new Capacity({
    clock,
    lent: () => ({ resources: { ...NOTHING, slots: open() }, gpuShared: false, limitOf: () => undefined }),
    placeOf: () => 0,
    longestOffer: () => null,
  });
}
