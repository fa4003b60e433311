import { describe, expect, it } from 'vitest';
import { Allowance } from '../../../src-main/nostr/allowance.ts';
import { RELAY } from '../../../src-main/nostr/bounds.ts';
import {
  type LinkAction,
  type LinkInput,
  type LinkState,
  linkStep,
  linkWakesAt,
  STOPPED,
} from '../../../src-main/nostr/link.ts';
import { seededRandom } from '../../support/random.ts';

type Word = LinkInput['is'];
type Row = readonly [at: number, input: Word, state: LinkState['is'], ...actions: LinkAction[]];

const input = (is: Word): LinkInput => (is === 'closed' || is === 'fault' ? { is, why: 'why' } : { is });

/** Plays the rows in order; answers the state at the end. */
function play(rows: readonly Row[], from: LinkState = STOPPED): LinkState {
  const random = seededRandom();
  return rows.reduce((state, [at, word, wanted, ...actions]) => {
    const step = linkStep(state, input(word), at, random);
    expect({ at, word, state: step.state.is, do: step.do }).toEqual({ at, word, state: wanted, do: actions });
    return step.state;
  }, from);
}

const OPEN: readonly Row[] = [
  [0, 'start', 'connecting', 'connect'],
  [100, 'opened', 'open'],
];

describe('the link to a relay', () => {
  it.each<[string, readonly Row[]]>([
    ['connects at once, and only once', [...OPEN, [200, 'start', 'open'], [300, 'opened', 'open']]],
    ['hangs up where it is asked to stop', [...OPEN, [200, 'stop', 'stopped', 'hang-up'], [300, 'stop', 'stopped']]],
    [
      'rests after a connection that ends, and connects again',
      [...OPEN, [200, 'closed', 'resting'], [1100, 'tick', 'resting'], [2300, 'tick', 'connecting', 'connect']],
    ],
    [
      'connectMs: gives a connection up that is not taken',
      [
        [0, 'start', 'connecting', 'connect'],
        [RELAY.connectMs - 1, 'tick', 'connecting'],
        [RELAY.connectMs, 'tick', 'resting', 'hang-up'],
      ],
    ],
    [
      'silentMs: pings one that says nothing, twice, and hangs up when nothing comes',
      [
        ...OPEN,
        [30_099, 'tick', 'open'],
        [30_100, 'tick', 'open', 'ping'],
        [60_100, 'tick', 'open', 'ping'],
        [90_099, 'tick', 'open'],
        [90_100, 'tick', 'resting', 'hang-up'],
      ],
    ],
    [
      'keeps one that answers its ping',
      [...OPEN, [30_100, 'tick', 'open', 'ping'], [30_200, 'heard', 'open'], [60_100, 'tick', 'open', 'ping']],
    ],
    [
      'pings one that talks all the time, for the answer says that nothing is on its way any more',
      [
        ...OPEN,
        [30_000, 'heard', 'open'],
        [30_100, 'tick', 'open', 'ping'],
        [60_000, 'heard', 'open'],
        [60_100, 'tick', 'open', 'ping'],
      ],
    ],
    [
      'hears nothing of a connection that it has given up',
      [...OPEN, [200, 'stop', 'stopped', 'hang-up'], [201, 'heard', 'stopped']],
    ],
  ])('%s', (_says, rows) => {
    play(rows);
  });

  it('rests for longer each time, up to ten minutes, with half of it by chance', () => {
    const random = seededRandom();
    let state = linkStep(STOPPED, input('start'), 0, random).state;
    const pauses: number[] = [];
    for (let at = 0; pauses.length < 12; ) {
      state = linkStep(state, input('closed'), at, random).state;
      const next = linkWakesAt(state)!;
      pauses.push(next - at);
      at = next;
      state = linkStep(state, input('tick'), at, random).state;
    }
    const full = pauses.map((_, n) => Math.min(600_000, 2000 * 2 ** n));
    pauses.forEach((pause, n) => {
      expect(pause).toBeGreaterThanOrEqual(full[n]! / 2);
      expect(pause).toBeLessThanOrEqual(full[n]!);
    });
  });

  it('takes a relay for good again only after a minute: one that lets everybody in and out is not hammered', () => {
    const again = (ms: number) => {
      const state = play([...OPEN, [100 + ms, 'closed', 'resting']], STOPPED);
      return state.is === 'resting' && state.attempt;
    };
    expect([again(10), again(60_000)]).toEqual([1, 1]);
    const second: LinkState = { is: 'open', since: 0, attempt: 5, heardAt: 0, pingedAt: undefined, faults: 0 };
    expect(linkStep(second, input('closed'), 59_999, seededRandom()).state).toMatchObject({ attempt: 6 });
    expect(linkStep(second, input('closed'), 60_000, seededRandom()).state).toMatchObject({ attempt: 1 });
  });

  it('faults and restMs: is let go of for ten minutes after 20 of them', () => {
    const faults = Array.from({ length: RELAY.faults - 1 }, (): Row => [200, 'fault', 'open']);
    const state = play([...OPEN, ...faults, [200, 'fault', 'resting', 'hang-up']]);
    expect(state).toMatchObject({ until: 200 + RELAY.restMs, why: 'why' });
    play([[200 + RELAY.restMs - 1, 'tick', 'resting']], state);
  });
});

describe('what is read of a relay', () => {
  it('burst and events: is so much at once, and so much a second from then on', () => {
    const allowance = new Allowance({ perSecond: RELAY.events, burst: RELAY.burst });
    const waits = Array.from({ length: RELAY.burst + 2 }, () => allowance.take(1000));
    const each = 1000 / RELAY.events;
    expect(waits).toEqual([...Array.from({ length: RELAY.burst }, () => 0), each, 2 * each]);
    expect(allowance.take(1000 + 3 * each)).toBe(0);
    expect(allowance.take(1000 + 3 * each)).toBe(each);
  });
});
