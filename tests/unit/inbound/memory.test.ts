// How much memory listeners of several networks have together.
import { describe, expect, it } from 'vitest';
import { InboundMemory } from '../../../src-main/inbound/memory.ts';

const MIB = 1_048_576;
const bounds = { bodiesTogether: 8 * MIB, repliesTogether: 4 * MIB };
/** A caller alone may hold three quarters of it. */
const room = ({ bodies, replies }: InboundMemory) => [bodies, replies].map((each) => each.of('caller').left / 3 / MIB);

describe('the memory of all listeners', () => {
  it('is that of the one with the largest bounds, and none where nothing listens', () => {
    const memory = new InboundMemory();
    const closeSmall = memory.open({ bodiesTogether: 4 * MIB, repliesTogether: 8 * MIB });
    const close = memory.open(bounds);
    expect(room(memory)).toEqual([2, 2]);
    close();
    expect(room(memory)).toEqual([1, 2]);
    closeSmall();
    expect(room(memory)).toEqual([0, 0]);
  });

  it('stays while one of two with the very same bounds listens', () => {
    const memory = new InboundMemory();
    const [first, second] = [memory.open(bounds), memory.open(bounds)];
    first();
    first();
    expect(room(memory)).toEqual([2, 1]);
    second();
    expect(room(memory)).toEqual([0, 0]);
  });
});
