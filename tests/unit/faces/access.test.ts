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
  return verdict.secret;
}

describe('who may use the console', () => {
  it('makes tokens of 256 bits that fit a link', () => {
    expect(setUp().access.issue()).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  it('admits a link once', () => {
    const { access } = setUp();
    const token = access.issue();
    expect(access.redeem(token).kind).toBe('admitted');
    expect(access.redeem(token).kind).toBe('used');
  });

  it('says of a link that comes again when it was used, and whether that was said before', () => {
    const { access, clock } = setUp();
    const token = access.issue();
    access.redeem(token);
    const at = clock.now();
    clock.advance(3 * 60 * 60_000);
    expect(access.redeem(token)).toEqual({ kind: 'used', at, first: true });
    expect(access.redeem(token)).toEqual({ kind: 'used', at, first: false });
  });

  it('knows the 64 links that were used last as used', () => {
    const { access } = setUp();
    const links = Array.from({ length: 65 }, () => access.issue());
    const fresh = links.slice(-16);
    for (const link of fresh) access.redeem(link);
    const used = Array.from({ length: 49 }, () => {
      const token = access.issue();
      access.redeem(token);
      return token;
    });
    expect(access.redeem(fresh[0]!).kind).toBe('wrong');
    expect([...fresh.slice(1), ...used].map((token) => access.redeem(token).kind)).toEqual(Array(64).fill('used'));
  });

  it('calls once when a link was used, and not for one that was not', () => {
    const { access, clock } = setUp();
    const calls: string[] = [];
    const [used, late] = [access.issue(() => calls.push('used')), access.issue(() => calls.push('late'))];
    access.redeem(used);
    access.redeem(used);
    clock.advance(10 * 60_000);
    access.redeem(late);
    expect(calls).toEqual(['used']);
  });

  it('forgets every session and every link at once, and goes on with new ones', () => {
    const { access } = setUp();
    const sessions = [admit(access), admit(access)];
    const link = access.issue();
    expect(access.revoke()).toBe(2);
    expect(sessions.map((secret) => access.resume(secret).kind)).toEqual(['wrong', 'wrong']);
    expect(access.redeem(link).kind).toBe('wrong');
    expect(access.redeem(access.issue()).kind).toBe('admitted');
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
    const secret = admit(access);
    const first = access.resume(secret);
    expect(first).toMatchObject({ kind: 'admitted', secret });
    expect(access.resume(secret)).toEqual(first);
    expect(access.redeem(secret).kind).toBe('wrong');
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
