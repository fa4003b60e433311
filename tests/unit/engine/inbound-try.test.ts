// How long somebody may look whether others will get in, and that nothing goes on after it.
import { describe, expect, it } from 'vitest';
import { InboundTry } from '../../../src-main/engine/inbound-try.ts';
import { HandClock } from '../../support/clock.ts';

function tried(open: () => Promise<void> = async () => {}) {
  const clock = new HandClock();
  const done: string[] = [];
  const inbound = {
    try: async () => {
      done.push('opened');
      await open();
    },
    endTry: async () => {
      done.push('closed');
    },
  };
  // Beside it one that nobody comes in to.
  return { clock, done, tries: new InboundTry({ clock, networks: [{ inbound }, {}] }) };
}

describe('a try of the inbound address', () => {
  it('ends when it is told to, and leaves no timer', async () => {
    const { tries, done, clock } = tried();
    await tries.turn(true);
    await tries.turn(false);
    expect([done, clock.timers]).toEqual([['opened', 'closed'], 0]);
  });

  it('ends by itself three minutes after somebody looked last', async () => {
    const { tries, done, clock } = tried();
    await tries.turn(true);
    await clock.turn(2 * 60_000);
    await tries.turn(true);
    await clock.turn(2 * 60_000);
    expect(done).toEqual(['opened', 'opened']);
    await clock.turn(60_000);
    expect([done.at(-1), clock.timers]).toEqual(['closed', 0]);
  });

  it('ends with the node', async () => {
    const { tries, done, clock } = tried();
    await tries.turn(true);
    await tries.stop();
    expect([done.at(-1), clock.timers]).toEqual(['closed', 0]);
  });

  it('says why the port could not be opened, and is over then', async () => {
    const refused = new Error('taken');
    const { tries, done, clock } = tried(() => Promise.reject(refused));
    await expect(tries.turn(true)).rejects.toBe(refused);
    expect([done, clock.timers]).toEqual([['opened', 'closed'], 0]);
    await tries.turn(false);
  });

  it('opens and closes one after the other, however they are asked for', async () => {
    const opening = Promise.withResolvers<void>();
    const { tries, done } = tried(() => opening.promise);
    const began = tries.turn(true);
    const ended = tries.turn(false);
    await Promise.resolve();
    opening.resolve();
    await Promise.all([began, ended]);
    expect(done).toEqual(['opened', 'closed']);
  });
});
