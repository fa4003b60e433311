import { describe, expect, it } from 'vitest';
import { systemRandom } from '../../../src-main/base/random.ts';
import type { Session } from '../../../src-main/faces/access.ts';
import { Confirmations } from '../../../src-main/faces/confirmations.ts';
import type { ConfirmAtTheComputer } from '../../../src-main/faces/errors.ts';
import { handClock } from './support.ts';

const MINUTE = 60_000;

function setUp() {
  const clock = handClock();
  const confirmations = new Confirmations({ clock, random: systemRandom }, 'hearth confirm');
  const page = (): Session => ({ openedAt: clock.now() });
  /** The number that the page is given; undefined where it needs none. */
  const demand = (session: Session): string | undefined => {
    try {
      confirmations.demand(session, 'backup.create');
      return undefined;
    } catch (error) {
      return String((error as ConfirmAtTheComputer).details.number);
    }
  };
  return { clock, confirmations, page, demand };
}

describe('what the owner confirms at the computer', () => {
  it('is asked for with a number, and with the command that says yes to it', () => {
    const { confirmations, page } = setUp();
    expect(() => confirmations.demand(page(), 'backup.create')).toThrow(
      expect.objectContaining({
        code: 'face.confirm-at-the-computer',
        category: 'denied',
        message: expect.stringMatching(/"hearth confirm \d{6}".*within ten minutes/),
        details: {
          number: expect.stringMatching(/^\d{6}$/),
          command: expect.stringMatching(/^hearth confirm \d{6}$/),
          withinMs: 10 * MINUTE,
        },
      }),
    );
  });

  it('lets that page go on for ten minutes, and no other', () => {
    const { clock, confirmations, page, demand } = setUp();
    const [mine, theirs] = [page(), page()];
    const number = demand(mine)!;
    expect(demand(theirs)).not.toBe(number);
    expect(confirmations.confirm(number)).toMatchObject({ session: mine, asked: 'backup.create' });
    expect([demand(mine), demand(theirs)]).toEqual([undefined, expect.any(String)]);
    clock.advance(10 * MINUTE - 1);
    expect(demand(mine)).toBeUndefined();
    clock.advance(1);
    expect(demand(mine)).toMatch(/^\d{6}$/);
  });

  it('keeps its number while the page asks again, and takes it once', () => {
    const { confirmations, page, demand } = setUp();
    const session = page();
    const number = demand(session)!;
    expect(demand(session)).toBe(number);
    confirmations.confirm(number);
    expect(() => confirmations.confirm(number)).toThrow(expect.objectContaining({ code: 'console.no-such-number' }));
  });

  it('goes stale after ten minutes', () => {
    const { clock, confirmations, page, demand } = setUp();
    const number = demand(page())!;
    clock.advance(10 * MINUTE);
    expect(() => confirmations.confirm(number)).toThrow('No page waits for that number');
  });

  it('is forgotten when all pages are shut out', () => {
    const { confirmations, page, demand } = setUp();
    const [confirmed, waiting] = [page(), page()];
    confirmations.confirm(demand(confirmed)!);
    const number = demand(waiting)!;
    confirmations.forget();
    expect(() => confirmations.confirm(number)).toThrow('No page waits');
    expect(demand(confirmed)).toMatch(/^\d{6}$/);
  });
});
