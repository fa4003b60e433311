import { SocksClientError } from 'socks';
import { describe, expect, it } from 'vitest';
import { dialFault, Ladder, OUTCOMES, type Outcome } from '../../../../src-main/networks/fips/dialing/ladder.ts';
import { TooLate } from '../../../../src-main/networks/fips/transports/transport.ts';
import { reasons as german } from '../../../../src-renderer/networks/fips/texts/de.ts';

const errno = (code: string) => Object.assign(new Error(code), { code });
const outcomes = Object.entries(OUTCOMES) as [Outcome, (typeof OUTCOMES)[Outcome]][];

describe('what came of an attempt', () => {
  it.each(outcomes)(
    '%s has a code of its own, a sentence, and a next step where it failed',
    (name, { state, reason }) => {
      expect(reason.code).toBe(`fips.tried-${name}`);
      expect(reason.message).toMatch(/^[A-Z].*\.$/);
      expect(reason.action !== undefined).toBe(state === 'failed');
      expect(reason.action ?? 'None.').toMatch(/^[A-Z].*\.$/);
      const { message, action } = german[reason.code] ?? {};
      expect([message !== undefined, action !== undefined]).toEqual([true, state === 'failed']);
    },
  );

  it.each([
    ['udp', errno('ENOTFOUND'), 'unknown-name'],
    ['tcp', errno('EAI_AGAIN'), 'unknown-name'],
    ['tcp', errno('ECONNREFUSED'), 'closed'],
    ['tcp', errno('EHOSTUNREACH'), 'no-route'],
    ['udp', errno('ENETUNREACH'), 'no-route'],
    ['tcp', errno('ETIMEDOUT'), 'unanswered'],
    ['tcp', new TooLate(), 'unanswered'],
    ['tor', new TooLate(), 'unanswered'],
    ['tor', errno('ECONNREFUSED'), 'tor-away'],
    ['tor', new SocksClientError('host unreachable', {} as SocksClientError['options']), 'tor-failed'],
    ['tcp', errno('EPIPE'), 'unreachable'],
    ['udp', new RangeError('not an address of the form host:port'), 'unreachable'],
    ['tcp', 'no error at all', 'unreachable'],
  ])('by %s: %s is called %s', (transport, error, outcome) => {
    expect(dialFault(error, transport)).toBe(outcome);
  });
});

describe('a ladder', () => {
  it('has one rung for each thing, in the order in which they were tried last', () => {
    let now = 0;
    const ladder = new Ladder(() => (now += 1));
    const [first, second] = ['a:1', 'b:1'].map((address) => ({ way: 'dial', transport: 'udp', address }) as const);
    ladder.note(first!, 'dialling');
    ladder.note(first!, 'unanswered');
    ladder.note(second!, 'closed');
    ladder.note({ way: 'relays' }, 'no-advert');
    ladder.note(first!, 'dialling');
    expect(ladder.rungs.map(({ at, way, address, state }) => [at, way, address, state])).toEqual([
      [3, 'dial', 'b:1', 'failed'],
      [4, 'relays', null, 'failed'],
      [5, 'dial', 'a:1', 'trying'],
    ]);
    ladder.settle();
    expect(ladder.rungs.map(({ state }) => state)).toEqual(['failed', 'failed']);
  });

  it('keeps the last twenty, and little of what a stranger says', () => {
    const ladder = new Ladder(() => 0);
    for (let port = 1; port <= 50; port += 1) {
      ladder.note({ way: 'dial', transport: 'udp', address: `a:${port}` }, 'unanswered');
    }
    ladder.note({ way: 'hole' }, 'hole-refused', 'x'.repeat(5000));
    expect(ladder.rungs).toHaveLength(20);
    expect(ladder.rungs.at(-1)!.said).toHaveLength(120);
  });
});
