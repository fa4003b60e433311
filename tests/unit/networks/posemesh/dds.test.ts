// Registering and logging in: when, how often, and what is signed.
import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '../../../../src-main/base/logger.ts';
import type { Random } from '../../../../src-main/base/random.ts';
import {
  answered,
  calledBack,
  DISCONNECTED,
  firstWaitMs,
  forgotten,
  look,
  moved,
  outcomeOf,
  probed,
  type RegistrationOptions,
  type RegistrationState,
} from '../../../../src-main/networks/posemesh/dds/registration.ts';
import { readChallenge } from '../../../../src-main/networks/posemesh/dds/siwe.ts';
import { type LogIn, Tokens } from '../../../../src-main/networks/posemesh/dds/tokens.ts';
import { HandClock } from '../../../support/clock.ts';
import { seededRandom } from '../../../support/random.ts';

/** Draws always the same part of what there is to draw from. */
const drawing = (part: number): Random => ({ ...seededRandom(), int: (below) => Math.floor(part * (below - 1)) });
const MIDDLE = drawing(0.5);

const CALLBACK: RegistrationOptions = { mode: 'callback', intervalMs: 120_000, maxRetry: -1 };
const WALLET: RegistrationOptions = { ...CALLBACK, mode: 'wallet' };
const registered = (seenAt: number | null): RegistrationState => ({ status: 'registered', attempt: 0, seenAt });
const trying = (attempt: number): RegistrationState => ({ status: 'registering', attempt, seenAt: null });

describe('the registration loop', () => {
  it('begins a second after the start where it is called back, and at once with a wallet', () => {
    expect([firstWaitMs(CALLBACK), firstWaitMs(WALLET)]).toEqual([1000, 0]);
  });

  it.each<[string, RegistrationState, RegistrationOptions, object]>([
    ['disconnected: it registers', DISCONNECTED, CALLBACK, { state: trying(1), move: { do: 'send' } }],
    ['registering: it tries again', trying(2), CALLBACK, { state: trying(3), move: { do: 'send' } }],
    ['registered and seen lately: it waits', registered(999_000), CALLBACK, { move: { do: 'wait', ms: 120_000 } }],
    ['seen just in time: it waits', registered(880_000), CALLBACK, { move: { do: 'wait', ms: 120_000 } }],
    [
      'not seen for longer than an interval: it registers in a second',
      registered(879_999),
      CALLBACK,
      { state: { status: 'registering' }, move: { do: 'wait', ms: 1000 } },
    ],
    [
      'registered with a wallet: it parks, however long',
      registered(0),
      WALLET,
      { state: registered(0), move: { do: 'wait', ms: 1000 } },
    ],
  ])('%s', (_, state, options, step) => {
    expect(look(state, 1_000_000, options)).toMatchObject(step);
  });

  it.each([
    [1, 2000],
    [2, 4000],
    [3, 8000],
    [4, 16_000],
    [5, 32_000],
    [6, 60_000],
    [7, 60_000],
    [500, 60_000],
  ])('after %i failures waits for about %i ms', (attempt, ms) => {
    const waitOf = (random: Random) => answered(trying(attempt), 'failed', 0, CALLBACK, random).move;
    expect(waitOf(MIDDLE)).toEqual({ do: 'wait', ms: expect.closeTo(ms, -1) });
    expect(waitOf(drawing(0))).toEqual({ do: 'wait', ms: ms * 0.8 });
    expect(waitOf(drawing(1))).toEqual({ do: 'wait', ms: ms * 1.2 });
  });

  it('pauses after the most retries for an interval, and begins anew', () => {
    const options = { ...CALLBACK, maxRetry: 3 };
    expect(answered(trying(2), 'failed', 0, options, MIDDLE)).toMatchObject({ state: trying(2) });
    expect(answered(trying(3), 'failed', 0, options, MIDDLE)).toEqual({
      state: trying(0),
      move: { do: 'wait', ms: 120_000 },
    });
  });

  it.each(['busy', 'slow', 'idle'] as const)('waits for an interval where the answer is %s', (outcome) => {
    expect(answered(trying(4), outcome, 0, WALLET, MIDDLE)).toEqual({
      state: trying(0),
      move: { do: 'wait', ms: 120_000 },
    });
  });

  it('is registered by an answer, and by a call back', () => {
    expect(answered(trying(4), 'registered', 5, CALLBACK, MIDDLE)).toEqual({
      state: registered(5),
      move: { do: 'wait', ms: 120_000 },
    });
    expect(answered(trying(4), 'registered', 5, WALLET, MIDDLE).move).toEqual({ do: 'wait', ms: 1000 });
    expect(calledBack(trying(4), 5)).toEqual(registered(5));
  });

  it('is put off by health probes, and begins anew when a log-in is refused', () => {
    expect(probed(registered(1), 7)).toEqual(registered(7));
    expect(look(forgotten(registered(1)), 2, WALLET).move).toEqual({ do: 'send' });
  });

  it.each([
    ['registered: it registers with that at once', registered(999_000), 'registering'],
    ['registering: it tries again at once', trying(5), 'registering'],
    ['disconnected: it registers', DISCONNECTED, 'disconnected'],
  ] as const)('at another address, %s', (_, state, status) => {
    expect(moved(state)).toEqual({ ...state, status, attempt: 0 });
    expect(look(moved(state), 1_000_000, CALLBACK)).toMatchObject({
      state: { status: 'registering', attempt: 1 },
      move: { do: 'send' },
    });
  });

  it.each([
    [200, 'wallet', 'registered'],
    [204, 'callback', 'registered'],
    [409, 'wallet', 'busy'],
    [408, 'wallet', 'failed'],
    [429, 'wallet', 'failed'],
    [500, 'wallet', 'failed'],
    [400, 'wallet', 'slow'],
    [302, 'wallet', 'slow'],
    [409, 'callback', 'failed'],
    [400, 'callback', 'failed'],
  ] as const)('takes %i with a %s for %s', (status, mode, outcome) => {
    expect(outcomeOf(status, mode)).toBe(outcome);
  });
});

describe('a challenge', () => {
  const GOOD = {
    nonce: 'abc12345',
    domain: 'dds.example.com',
    uri: 'https://dds.example.com',
    version: '1',
    chainId: 8453,
    issuedAt: '2026-01-01T00:00:00Z',
  };
  const NOW = Date.parse(GOOD.issuedAt);
  const strict = { ddsBaseUrl: 'https://dds.example.com/', now: NOW + 60_000 };

  it('is taken as it is, with members of others beside it', () => {
    expect(readChallenge({ ...GOOD, extra: 1 })).toEqual(GOOD);
    expect(readChallenge(GOOD, strict)).toEqual(GOOD);
  });

  it.each<[string, object]>([
    ['nonce', { nonce: '' }],
    ['nonce', { nonce: undefined }],
    ['domain', { domain: 'a\nURI: b' }],
    ['uri', { uri: 'x'.repeat(1025) }],
    ['version', { version: '2' }],
    ['chainId', { chainId: 0 }],
    ['chainId', { chainId: '1' }],
    ['issuedAt', { issuedAt: 'now\u0000' }],
  ])('with a wrong %s is refused by that name: %j', (name, wrong) => {
    expect(() => readChallenge({ ...GOOD, ...wrong })).toThrow(expect.objectContaining({ details: { what: name } }));
  });

  it.each<[string, object]>([
    ['domain', { domain: 'other.example.com' }],
    ['uri', { uri: 'https://dds.example.com/other' }],
    ['nonce', { nonce: 'short' }],
    ['issuedAt', { issuedAt: '2025-12-31T23:59:59Z' }],
    ['issuedAt', { issuedAt: 'some day' }],
  ])('of a foreign %s is refused by a strict node alone', (name, wrong) => {
    expect(readChallenge({ ...GOOD, ...wrong })).toMatchObject(wrong);
    expect(() => readChallenge({ ...GOOD, ...wrong }, strict)).toThrow(
      expect.objectContaining({ details: { what: name } }),
    );
  });
});

describe('the log-in', () => {
  const OPTIONS = { safetyRatio: 0.75, maxRetries: 3, jitterMs: 500 };

  /** Each log-in that is asked for waits until the test answers it. */
  function tokens(options: Partial<typeof OPTIONS> = {}, random: Random = MIDDLE) {
    const clock = new HandClock();
    const asked: { resolve: (ttlMs?: number) => void; reject: (error: Error) => void }[] = [];
    let count = 0;
    const made = new Tokens(
      {
        clock,
        random,
        logger: silentLogger,
        changed: () => {},
        logIn: () =>
          new Promise<LogIn>((resolve, reject) => {
            asked.push({
              resolve: (ttlMs = 100_000) => {
                count += 1;
                resolve({ token: `token-${count}`, expiresAt: clock.now() + ttlMs });
              },
              reject,
            });
          }),
      },
      { ...OPTIONS, ...options },
    );
    onTestFinished(() => made.stop());
    return { clock, asked, tokens: made };
  }

  const given = async (made: ReturnType<typeof tokens>, ttlMs?: number) => {
    const bearer = made.tokens.bearer();
    made.asked.at(-1)!.resolve(ttlMs);
    return await bearer;
  };

  it('is one for all who ask meanwhile', async () => {
    const { asked, tokens: made } = tokens();
    const all = [made.bearer(), made.bearer(), made.bearer()];
    asked[0]!.resolve();
    expect(await Promise.all(all)).toEqual(['token-1', 'token-1', 'token-1']);
    expect(asked).toHaveLength(1);
  });

  it('of 100 s is renewed by itself after three quarters, give or take', async () => {
    // A draw of +200 ms out of 500.
    const made = tokens({}, drawing(0.7));
    expect(await given(made)).toBe('token-1');
    await made.clock.turn(75_200);
    expect(made.asked).toHaveLength(1);
    await made.clock.turn(2);
    expect(made.asked).toHaveLength(2);
    made.asked[1]!.resolve();
    expect(await made.tokens.bearer()).toBe('token-2');
  });

  it.each([
    [0, 0, 1],
    [2, 0, 100_000],
    [-1, 0, 1],
  ])('with the ratio %i is renewed within its life', async (safetyRatio, jitterMs, ms) => {
    const made = tokens({ safetyRatio, jitterMs });
    await given(made);
    expect(made.clock.nextIn).toBeCloseTo(ms + 1);
  });

  it('that is jumped over by the wall clock holds by the other one', async () => {
    const made = tokens();
    await given(made);
    made.clock.set(1_000_000);
    expect(await made.tokens.bearer()).toBe('token-1');
  });

  it('that has run out by this clock is a failed try', async () => {
    const made = tokens({ maxRetries: 0 });
    await expect(given(made, 0)).rejects.toMatchObject({ code: 'posemesh.token-over' });
  });

  it('that was refused is replaced once, however many hear so', async () => {
    const made = tokens();
    const token = await given(made);
    made.tokens.onUnauthorized(token);
    expect(await given(made)).toBe('token-2');
    made.tokens.onUnauthorized(token);
    expect(await made.tokens.bearer()).toBe('token-2');
    expect(made.asked).toHaveLength(2);
  });

  it('that fails is tried again as often as is set, with a pause of chance, and the last cause comes out', async () => {
    const made = tokens();
    const failed = expect(made.tokens.bearer()).rejects.toThrow('number 4');
    for (let number = 1; number <= 4; number += 1) {
      await made.clock.turn(500);
      expect(made.asked).toHaveLength(number);
      made.asked[number - 1]!.reject(new Error(`number ${number}`));
    }
    await failed;
  });

  it('that can’t be renewed is tried with growing pauses, a minute at most', async () => {
    const made = tokens({ maxRetries: 0, jitterMs: 0 });
    await given(made);
    const pauses: number[] = [];
    await made.clock.turn(75_001);
    for (let number = 1; number <= 9; number += 1) {
      made.asked.at(-1)!.reject(new Error('away'));
      await made.clock.turn(0);
      pauses.push(made.clock.nextIn);
      await made.clock.turn(made.clock.nextIn);
    }
    expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  it('ends with the network: what is under way comes to nothing, and no timer is left', async () => {
    const made = tokens();
    const bearer = expect(made.tokens.bearer()).rejects.toMatchObject({ code: 'posemesh.stopped' });
    made.tokens.stop();
    made.asked[0]!.resolve();
    await bearer;
    await expect(made.tokens.bearer()).rejects.toMatchObject({ code: 'posemesh.stopped' });
    expect(made.clock.timers).toBe(0);
  });
});
