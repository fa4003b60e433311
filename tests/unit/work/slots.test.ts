import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Rank, type Slot, Slots } from '../../../src-main/work/slots.ts';
import { HandClock } from '../../support/clock.ts';

function setUp(open = 2) {
  const clock = new HandClock();
  const state = { open };
  return { clock, state, slots: new Slots({ clock, open: () => state.open }) };
}
const never = new AbortController().signal;

describe('Slots', () => {
  it('gives as many as there are, and one again for each release', () => {
    const { slots } = setUp(2);
    const first = slots.tryClaim();
    expect([slots.tryClaim(), slots.tryClaim()].map(Boolean)).toEqual([true, false]);
    first!.release();
    first!.release();
    expect([slots.tryClaim(), slots.tryClaim()].map(Boolean)).toEqual([true, false]);
    expect(slots.active).toBe(2);
  });

  it('hands a released slot to the most urgent waiter, then to who came first', async () => {
    const { clock, slots } = setUp(1);
    let held: Slot | undefined = slots.tryClaim();
    const got: string[] = [];
    const wait = async (name: string, rank: Rank) => {
      const slot = await slots.claim(rank, 2000, never);
      if (slot) got.push(name);
      held = slot ?? held;
    };
    const all = [wait('interactive 1', 1), wait('realtime', 0), wait('interactive 2', 1)];
    for (let round = 0; round < 3; round += 1) {
      held?.release();
      await clock.turn(1);
    }
    await Promise.all(all);
    expect(got).toEqual(['realtime', 'interactive 1', 'interactive 2']);
  });

  it('gives up after the wait, and leaves no timer behind', async () => {
    const { clock, slots } = setUp(0);
    const claim = slots.claim(0, 2000, never);
    await clock.turn(1999);
    const early = await Promise.race([claim.then(() => 'done'), Promise.resolve('waiting')]);
    await clock.turn(1);
    expect([early, await claim, clock.timers]).toEqual(['waiting', undefined, 0]);
  });

  it('sees capacity that opens while it waits', async () => {
    const { clock, state, slots } = setUp(0);
    const claim = slots.claim(1, 2000, never);
    state.open = 1;
    await clock.turn(50);
    expect(await claim).toBeDefined();
  });

  it('ends a wait when the caller goes', async () => {
    const { clock, slots } = setUp(0);
    const caller = new AbortController();
    const claim = slots.claim(1, 2000, caller.signal);
    caller.abort();
    expect(await claim).toBeUndefined();
    expect(clock.timers).toBe(0);
  });

  it('does not wait where no wait is wanted, nor with too many waiting already', async () => {
    const { clock, slots } = setUp(0);
    expect(await slots.claim(3, 0, never)).toBeUndefined();
    const waiting = Array.from({ length: 256 }, () => slots.claim(1, 2000, never));
    const one = await Promise.race([slots.claim(1, 2000, never), Promise.resolve('still waiting')]);
    expect(one).toBeUndefined();
    await clock.turn(2000);
    await Promise.all(waiting);
  });

  it('never holds more than are open, whatever comes and goes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom('claim', 'release', 'turn'), fc.nat(3)), { maxLength: 60 }),
        async (steps) => {
          const { clock, slots } = setUp(3);
          const held: Slot[] = [];
          const claims: Promise<unknown>[] = [];
          for (const [step, number] of steps) {
            if (step === 'claim') {
              claims.push(slots.claim(number as Rank, 100, never).then((slot) => slot && held.push(slot)));
            } else if (step === 'release') held.splice(0, 1)[0]?.release();
            else await clock.turn(number * 30);
            expect(slots.active).toBeLessThanOrEqual(3);
          }
          await clock.turn(200);
          await Promise.all(claims);
          for (const slot of held) slot.release();
          expect([slots.active, clock.timers]).toEqual([0, 0]);
        },
      ),
      { numRuns: 30 },
    );
  });
});
