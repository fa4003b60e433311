// One connection to a relay, turn by turn: what is asked, what is believed, what is said again.
import { describe, expect, it } from 'vitest';
import { RELAY } from '../../../src-main/nostr/bounds.ts';
import type { NostrEvent } from '../../../src-main/nostr/event.ts';
import type { RelayMessage } from '../../../src-main/nostr/relay-message.ts';
import type { SubscriptionSpec } from '../../../src-main/nostr/subscription.ts';
import { RelayTalk, type TalkAction } from '../../../src-main/nostr/talk.ts';
import { testSigner } from '../../support/nostr.ts';
import { seededRandom } from '../../support/random.ts';

const SPEC: SubscriptionSpec = {
  name: 'letters',
  filters: [
    { filter: { kinds: [4] }, overlapS: 600 },
    { filter: { kinds: [1059] }, overlapS: 172_800 },
  ],
  since: 1_000_000,
};
const WALL = 2_000_000_000;
const now = (at: number) => ({ at, wall: WALL + at });
const signer = await testSigner();
const event = (n: number, kind = 4): NostrEvent => signer.sign({ kind, content: String(n), created_at: 1_500_000 + n });
const ok = (id: string, taken: boolean, said = ''): RelayMessage => ({ is: 'ok', id, taken, said });
const said = (actions: readonly TalkAction[]) =>
  actions.map((action) => (action.do === 'send' ? action.message : action.do));

/** An open connection with one subscription, which was asked for as `1`. */
function talking({ mark }: { readonly mark?: number } = {}) {
  const talk = new RelayTalk(seededRandom());
  talk.subscribe(SPEC, () => mark, now(0));
  const opening = talk.opened(now(0));
  return { talk, opening };
}

describe('a subscription at a relay', () => {
  it('asks from the beginning where the relay was never heard, and from the last place with an overlap after a gap', () => {
    const filters = (since: number) => [
      { kinds: [4], since: since - 600, limit: RELAY.stored },
      { kinds: [1059], since: since - 172_800, limit: RELAY.stored },
    ];
    expect(said(talking().opening)).toEqual([['REQ', '1', ...filters(1_000_000)]]);
    expect(said(talking({ mark: 1_600_000 }).opening)).toEqual([['REQ', '1', ...filters(1_600_000)]]);
  });

  it('has reached the time when it was asked for once all that was stored has come', () => {
    const { talk } = talking();
    expect(talk.caughtUp).toBe(false);
    expect(talk.hear({ is: 'eose', subscription: '1' }, now(5000))).toEqual([
      { do: 'caught-up', name: 'letters', mark: Math.floor(WALL / 1000) },
    ]);
    expect(talk.caughtUp).toBe(true);
    // Said once more, it means nothing more.
    expect(talk.hear({ is: 'eose', subscription: '1' }, now(6000))).toEqual([]);
  });

  it('reaches further with each answer to a ping', () => {
    const { talk } = talking();
    expect(talk.alive(WALL + 1000)).toEqual([]);
    talk.hear({ is: 'eose', subscription: '1' }, now(5000));
    expect(talk.alive(WALL + 60_000)).toEqual([
      { do: 'caught-up', name: 'letters', mark: Math.floor((WALL + 60_000) / 1000) },
    ]);
  });

  it('asks for older pages until one brings nothing new', () => {
    const { talk } = talking();
    for (const n of [9, 8, 7]) talk.hear({ is: 'event', subscription: '1', event: event(n) }, now(1));
    const second = talk.hear({ is: 'eose', subscription: '1' }, now(2));
    // Of the kind that brought nothing there is nothing older either.
    expect(said(second)).toEqual([['REQ', '2', { kinds: [4], since: 999_400, limit: RELAY.stored, until: 1_500_007 }]]);
    for (const n of [7, 6]) talk.hear({ is: 'event', subscription: '2', event: event(n) }, now(3));
    expect(said(talk.hear({ is: 'eose', subscription: '2' }, now(4)))).toEqual([
      ['CLOSE', '2'],
      ['REQ', '3', { kinds: [4], since: 999_400, limit: RELAY.stored, until: 1_500_006 }],
    ]);
    talk.hear({ is: 'event', subscription: '3', event: event(6) }, now(5));
    expect(said(talk.hear({ is: 'eose', subscription: '3' }, now(6)))).toEqual([['CLOSE', '3'], 'caught-up']);
  });

  it('storedMs: is listened to without an end of what is stored, has reached nothing, and is asked for again', () => {
    const { talk } = talking();
    expect(talk.wakesAt()).toBe(RELAY.storedMs);
    expect(talk.tick(now(RELAY.storedMs))).toEqual([{ do: 'not-heard', name: 'letters' }]);
    expect(talk.caughtUp).toBe(false);
    expect(talk.alive(WALL + RELAY.storedMs)).toEqual([]);
    expect(talk.hear({ is: 'eose', subscription: '1' }, now(RELAY.storedMs + 2))).toEqual([]);
    const late = talk.hear({ is: 'event', subscription: '1', event: event(1) }, now(RELAY.storedMs + 3));
    expect(late).toMatchObject([{ do: 'judge' }]);
    const again = talk.wakesAt()!;
    expect(again).toBeGreaterThan(RELAY.storedMs + 2499);
    expect(said(talk.tick(now(again)))).toMatchObject([
      ['CLOSE', '1'],
      ['REQ', '2', {}, {}],
    ]);
    expect(said(talk.hear({ is: 'eose', subscription: '2' }, now(again + 1)))).toEqual(['caught-up']);
  });

  it.each<[string, RelayMessage, string]>([
    ['for another subscription', { is: 'event', subscription: 'x', event: event(1) }, 'events for no subscription'],
    ['for one that comes later', { is: 'event', subscription: '2', event: event(1) }, 'events for no subscription'],
    ['of another kind', { is: 'event', subscription: '1', event: event(1, 5) }, 'events that were not asked for'],
    [
      'that is older than asked for',
      { is: 'event', subscription: '1', event: event(-600_000) },
      'events that were not asked for',
    ],
  ])('does not take an event %s', (_what, message, why) => {
    expect(talking().talk.hear(message, now(1))).toEqual([{ do: 'fault', why }]);
  });

  it('forgives events that were on their way when it ended', () => {
    const { talk } = talking();
    expect(said(talk.unsubscribe('letters'))).toEqual([['CLOSE', '1']]);
    expect(talk.hear({ is: 'event', subscription: '1', event: event(1) }, now(1))).toEqual([]);
    expect(talk.hear({ is: 'eose', subscription: '1' }, now(1))).toEqual([]);
  });

  it('is asked for again where the relay ends it for now, later each time', () => {
    const { talk } = talking();
    const closed = (subscription: string, at: number) =>
      talk.hear({ is: 'closed', subscription, said: 'rate-limited: slow down' }, now(at));
    expect(said(closed('1', 10))).toEqual(['said', 'not-heard']);
    const first = talk.wakesAt()!;
    expect(first).toBeGreaterThan(10 + 2499);
    expect(said(talk.tick(now(first)))).toMatchObject([['REQ', '2', {}, {}]]);
    closed('2', first);
    expect(talk.wakesAt()! - first).toBeGreaterThan(4999);
  });

  it.each(['blocked: you', 'restricted: members only', 'unsupported: no such filter'])(
    'is not asked for again on this connection after %s',
    (why) => {
      const { talk } = talking();
      talk.hear({ is: 'closed', subscription: '1', said: why }, now(1));
      expect(talk.wakesAt()).toBeUndefined();
      talk.closed();
      expect(said(talk.opened(now(2)))).toMatchObject([['REQ', '2', {}, {}]]);
    },
  );
});

describe('an event that is published', () => {
  const own = event(1, 1);
  const answer = (is: string, text: string, again: boolean) => ({
    do: 'answered',
    id: own.id,
    answer: { is, said: text, again },
  });

  it.each<[string, RelayMessage, unknown[]]>([
    ['taken', ok(own.id, true), [answer('taken', '', false)]],
    [
      'taken by one that has it',
      ok(own.id, false, 'duplicate: have it'),
      [answer('taken', 'duplicate: have it', false)],
    ],
    ['refused for now', ok(own.id, false, 'error: full'), [{ do: 'said' }, answer('refused', 'error: full', true)]],
    ['refused', ok(own.id, false, 'invalid: no'), [{ do: 'said' }, answer('refused', 'invalid: no', false)]],
  ])('is %s', (_what, message, actions) => {
    const { talk } = talking();
    expect(said(talk.publish(own, now(0)))).toEqual([['EVENT', own]]);
    expect(talk.publish(own, now(0))).toEqual([]);
    expect(talk.hear(message, now(1))).toMatchObject(actions);
    expect(talk.hear(message, now(2))).toEqual([]);
  });

  it('answerMs: is to be tried again where no answer comes, with what was said instead', () => {
    const { talk } = talking();
    talk.hear({ is: 'eose', subscription: '1' }, now(0));
    talk.publish(own, now(0));
    talk.hear({ is: 'notice', said: 'too large' }, now(1));
    expect(talk.wakesAt()).toBe(RELAY.answerMs);
    expect(talk.tick(now(RELAY.answerMs - 1))).toEqual([]);
    expect(talk.tick(now(RELAY.answerMs))).toEqual([answer('silent', 'too large', true)]);
  });

  it('is unanswered when the connection ends', () => {
    const { talk } = talking();
    talk.publish(own, now(0));
    expect(talk.closed()).toEqual([answer('silent', '', true)]);
    expect(talk.publish(own, now(1))).toEqual([]);
  });
});

describe('a relay that wants a log-in', () => {
  const login = signer.sign({ kind: 22_242, content: '' });
  const wanted: RelayMessage = { is: 'closed', subscription: '1', said: 'auth-required: who are you' };

  it('gets it when it refuses for that, and is asked again then', () => {
    const { talk } = talking();
    expect(talk.hear({ is: 'auth', challenge: 'abc' }, now(0))).toMatchObject([{ do: 'said', word: 'AUTH' }]);
    expect(talk.hear(wanted, now(1))).toMatchObject([{ do: 'said' }, { do: 'sign', challenge: 'abc' }]);
    expect(said(talk.logIn(login))).toEqual([['AUTH', login]]);
    expect(said(talk.hear(ok(login.id, true), now(2)))).toMatchObject([['REQ', '2', {}, {}]]);
    expect(talk.loggedIn).toBe(true);
  });

  it('gets it once a connection, however often it asks', () => {
    const { talk } = talking();
    talk.hear({ is: 'auth', challenge: 'abc' }, now(0));
    talk.hear(wanted, now(1));
    talk.logIn(login);
    talk.hear(ok(login.id, false, 'restricted: no'), now(2));
    talk.hear({ is: 'auth', challenge: 'def' }, now(3));
    talk.publish(event(1, 1), now(4));
    expect(said(talk.hear(ok(event(1, 1).id, false, 'auth-required: x'), now(5)))).toEqual(['said', 'answered']);
  });

  it('gets nothing where it has given no challenge', () => {
    expect(said(talking().talk.hear(wanted, now(1)))).toEqual(['said', 'not-heard']);
  });
});
