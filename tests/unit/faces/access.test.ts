import { describe, expect, it } from 'vitest';
import { systemRandom } from '../../../src-main/base/random.ts';
import { ConsoleAccess } from '../../../src-main/faces/access.ts';
import { handClock } from './support.ts';

function setUp() {
  const clock = handClock();
  return { clock, access: new ConsoleAccess({ clock, random: systemRandom }) };
}

function admit(access: ConsoleAccess): string {
  const verdict = access.redeem(access.issue());
  if (verdict.kind !== 'admitted') throw new Error('a fresh link was not admitted');
  return verdict.session;
}

describe('who may use the console', () => {
  it('makes tokens of 256 bits that fit a link', () => {
    expect(setUp().access.issue()).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  it('admits a link once', () => {
    const { access } = setUp();
    const token = access.issue();
    expect(access.redeem(token).kind).toBe('admitted');
    expect(access.redeem(token).kind).toBe('wrong');
  });

  it('admits a link for ten minutes and not a moment longer', () => {
    const { access, clock } = setUp();
    const [early, late] = [access.issue(), access.issue()];
    clock.advance(10 * 60_000 - 1);
    expect(access.redeem(early).kind).toBe('admitted');
    clock.advance(1);
    expect(access.redeem(late).kind).toBe('wrong');
  });

  it('keeps the sixteen newest links', () => {
    const { access } = setUp();
    const links = Array.from({ length: 17 }, () => access.issue());
    expect(links.map((link) => access.redeem(link).kind)).toEqual(['wrong', ...Array(16).fill('admitted')]);
  });

  it('admits a session again and again, and takes neither a token for a session nor the reverse', () => {
    const { access } = setUp();
    const session = admit(access);
    expect(access.resume(session)).toEqual({ kind: 'admitted', session });
    expect(access.resume(session)).toEqual({ kind: 'admitted', session });
    expect(access.redeem(session).kind).toBe('wrong');
    expect(access.resume(access.issue()).kind).toBe('wrong');
  });

  it('keeps the 64 sessions used last', () => {
    const { access } = setUp();
    const [first = '', second = ''] = Array.from({ length: 64 }, () => admit(access));
    access.resume(first);
    admit(access);
    expect(access.resume(second).kind).toBe('wrong');
    expect(access.resume(first).kind).toBe('admitted');
  });

  it('throttles wrong secrets beyond twenty a minute, and still admits a right one', () => {
    const { access, clock } = setUp();
    const verdicts = Array.from({ length: 22 }, () => access.redeem('guess').kind);
    expect(verdicts).toEqual([...Array(20).fill('wrong'), 'throttled', 'throttled']);
    expect(access.redeem(access.issue()).kind).toBe('admitted');
    clock.advance(60_001);
    expect(access.resume('guess').kind).toBe('wrong');
  });
});
