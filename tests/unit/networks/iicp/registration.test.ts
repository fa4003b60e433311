import { describe, expect, it } from 'vitest';
import {
  initialRegistration,
  type RegistrationEvent,
  type RegistrationState,
  step,
} from '../../../../src-main/networks/iicp/registration.ts';

const timing = { beatMs: 30_000, retryMs: (failure: number) => Math.min(30_000, 1000 * 2 ** failure) };
const registered: RegistrationState = { phase: 'registered', nextAt: 30_000, misses: 0, changesFrom: 0 };
const waiting: RegistrationState = { phase: 'unregistered', failures: 2, nextAt: 5000 };

describe('registration', () => {
  it.each<[string, RegistrationState, RegistrationEvent, number, string, Partial<RegistrationState>]>([
    [
      'registers at once at the start',
      initialRegistration(0),
      { kind: 'tick' },
      0,
      'register',
      { phase: 'unregistered' },
    ],
    [
      'beats 30 s after registering',
      waiting,
      { kind: 'registered' },
      5000,
      'wait',
      { phase: 'registered', nextAt: 35_000 },
    ],
    ['does not beat early', registered, { kind: 'tick' }, 29_999, 'wait', {}],
    ['beats when it is time', registered, { kind: 'tick' }, 30_000, 'beat', {}],
    ['counts from the reply', registered, { kind: 'beat-accepted' }, 31_000, 'wait', { nextAt: 61_000 }],
    [
      'takes the interval asked for',
      registered,
      { kind: 'beat-accepted', nextBeatMs: 10_000 },
      30_000,
      'wait',
      { nextAt: 40_000 },
    ],
    ['not a silly short one', registered, { kind: 'beat-accepted', nextBeatMs: 1 }, 30_000, 'wait', { nextAt: 31_000 }],
    [
      'nor a silly long one',
      registered,
      { kind: 'beat-accepted', nextBeatMs: 1e9 },
      30_000,
      'wait',
      { nextAt: 90_000 },
    ],
    [
      'registers again when unknown',
      registered,
      { kind: 'beat-failed', status: 401 },
      30_000,
      'register',
      { phase: 'unregistered', failures: 0 },
    ],
    [
      'registers again when vanished',
      registered,
      { kind: 'beat-failed', status: 404 },
      30_000,
      'register',
      { phase: 'unregistered' },
    ],
    [
      'registers again when gone',
      registered,
      { kind: 'beat-failed', status: 410 },
      30_000,
      'register',
      { phase: 'unregistered' },
    ],
    [
      'goes on beating after a 500',
      registered,
      { kind: 'beat-failed', status: 500 },
      30_000,
      'wait',
      { phase: 'registered', nextAt: 60_000, misses: 1 } as never,
    ],
    [
      'goes on beating into silence',
      registered,
      { kind: 'beat-failed', status: 0 },
      30_000,
      'wait',
      { phase: 'registered', nextAt: 60_000 },
    ],
    [
      'tries again, later each time',
      waiting,
      { kind: 'register-failed', status: 0 },
      5000,
      'wait',
      { failures: 3, nextAt: 9000 } as never,
    ],
    [
      'never later than one beat',
      { ...waiting, failures: 50 },
      { kind: 'register-failed', status: 500 },
      5000,
      'wait',
      { nextAt: 35_000 },
    ],
    [
      'waits as long as it is told',
      waiting,
      { kind: 'register-failed', status: 429, retryAfterMs: 60_000 },
      5000,
      'wait',
      { nextAt: 65_000 },
    ],
    [
      'asks rarely what will be refused again',
      { ...waiting, failures: 9 },
      { kind: 'register-failed', status: 422 },
      0,
      'wait',
      { nextAt: 300_000 },
    ],
    ['tells changes at once', registered, { kind: 'changed' }, 10_000, 'register', {}],
    [
      'keeps beating when changes are refused',
      registered,
      { kind: 'register-failed', status: 422 },
      10_000,
      'wait',
      { phase: 'registered', nextAt: 30_000, changesFrom: 20_000 } as never,
    ],
    ['holds refused changes back', { ...registered, changesFrom: 20_000 }, { kind: 'changed' }, 15_000, 'wait', {}],
    ['but not the beat', { ...registered, changesFrom: 50_000 }, { kind: 'changed' }, 30_000, 'beat', {}],
    [
      'is forgotten while telling changes',
      registered,
      { kind: 'register-failed', status: 401 },
      10_000,
      'wait',
      { phase: 'unregistered' },
    ],
  ])('%s', (_name, state, event, now, effect, expected) => {
    const next = step(state, event, now, timing);
    expect(next.effect).toBe(effect);
    expect(next.state).toMatchObject(expected);
  });
});
