// Several relays as one, against practice relays that go wrong by script.
import { describe, expect, it, onTestFinished } from 'vitest';
import { EVENT, RELAY } from '../../../src-main/nostr/bounds.ts';
import type { NostrEvent } from '../../../src-main/nostr/event.ts';
import type { Received, RelayPool, RelayView } from '../../../src-main/nostr/pool.ts';
import { RecentIds } from '../../../src-main/nostr/recent.ts';
import type { Dial, SocketEvents } from '../../../src-main/nostr/relay-socket.ts';
import type { SubscriptionSpec } from '../../../src-main/nostr/subscription.ts';
import { HandClock } from '../../support/clock.ts';
import { nostrDatabase, practiceRelay, someEvent, testPool, testSigner } from '../../support/nostr.ts';
import { until } from '../../support/wait.ts';
import { committerOf } from '../../support/wallet.ts';

const SPEC: SubscriptionSpec = { name: 'notes', filters: [{ filter: { kinds: [1] }, overlapS: 60 }], since: 0 };
const LATER = { until: 9e15 };

function listen(pool: RelayPool, spec = SPEC): Received[] {
  const got: Received[] = [];
  pool.subscribe(spec, (received) => got.push(received));
  return got;
}
const ids = (got: readonly Received[]) => got.map(({ event }) => event.id).sort();
const relayOf = (pool: RelayPool, url: string) => pool.health().find((relay) => relay.url === url)!;
const caughtUp = (pool: RelayPool) =>
  until('all relays to be heard to the end', () => pool.health().every((relay) => relay.caughtUp));

describe('a pool of relays', () => {
  it('hands on what is stored and what comes, once, whichever relays have it', async () => {
    const [one, two] = [await practiceRelay(), await practiceRelay()];
    const [stored, both, live] = [await someEvent(), await someEvent(), await someEvent()];
    one.add(stored);
    one.add(both);
    two.add(both);
    const pool = testPool();
    const got = listen(pool);
    pool.start([one.url, two.url]);
    await caughtUp(pool);
    expect(ids(got)).toEqual([stored.id, both.id].sort());
    one.add(live);
    two.add(live);
    two.add(await someEvent({ kind: 2 }));
    const ends = [await someEvent(), await someEvent()];
    one.add(ends[0]!);
    two.add(ends[1]!);
    await until('the end of both', () => ends.every(({ id }) => ids(got).includes(id)));
    expect(ids(got)).toEqual([stored.id, both.id, live.id, ...ends.map(({ id }) => id)].sort());
  });

  it('brings in the next run what was not acted on in this one, and nothing that was', async () => {
    const relay = await practiceRelay();
    const [done, open] = [await someEvent(), await someEvent()];
    relay.add(done);
    relay.add(open);
    const db = nostrDatabase();
    const first = testPool({ db });
    const got = listen(first);
    first.start([relay.url]);
    await caughtUp(first);
    await committerOf(db).commit([got.find(({ event }) => event.id === done.id)!.seen]);
    await first.stop();
    const second = testPool({ db });
    const again = listen(second);
    second.start([relay.url]);
    await caughtUp(second);
    expect(ids(again)).toEqual([open.id]);
  });

  it('asks after a gap for what it missed, and for no more than that and the overlap', async () => {
    const relay = await practiceRelay();
    const db = nostrDatabase();
    const first = testPool({ db });
    listen(first);
    first.start([relay.url]);
    await caughtUp(first);
    await first.stop();
    const missed = await someEvent();
    relay.add(missed);
    const second = testPool({ db });
    const got = listen(second);
    second.start([relay.url]);
    await caughtUp(second);
    expect(ids(got)).toEqual([missed.id]);
    const asked = relay.heard.filter(([word]) => word === 'REQ').map((message) => message[2] as { since: number });
    expect(asked[0]!.since).toBe(0);
    expect(asked[1]!.since).toBeGreaterThanOrEqual(missed.created_at - 62);
  });

  it('has reached no place in time before all that it handed on was acted on', async () => {
    const relay = await practiceRelay();
    const old = (await testSigner()).sign({ kind: 1, content: '', created_at: 1_000_000 });
    relay.add(old);
    const db = nostrDatabase();
    const clock = new HandClock(Date.now());
    const pool = testPool({ db, clock });
    const got = listen(pool);
    pool.start([relay.url]);
    await caughtUp(pool);
    const mark = () => db.prepare('SELECT mark FROM nostr_marks').pluck().get();
    expect(mark()).toBeUndefined();
    await committerOf(db).commit([got[0]!.seen]);
    await clock.turn(RELAY.silentMs / 3);
    expect(await until('the place', mark)).toBe(Math.floor(clock.now() / 1000));
  });

  it('brings all of what is stored, however little a relay gives at once', async () => {
    const relay = await practiceRelay({ mostStored: 3 });
    const signer = await testSigner();
    const events = Array.from({ length: 10 }, (_, n) =>
      signer.sign({ kind: 1, content: String(n), created_at: 1000 + n }),
    );
    for (const event of events) relay.add(event);
    const pool = testPool();
    const got = listen(pool);
    pool.start([relay.url]);
    await caughtUp(pool);
    expect(ids(got)).toEqual(events.map(({ id }) => id).sort());
  });

  it('hands an event on to each subscription that asked for it, in the next run to those that did not act on it', async () => {
    const relay = await practiceRelay();
    const event = await someEvent();
    relay.add(event);
    const db = nostrDatabase();
    const other = { ...SPEC, name: 'mine', filters: [{ filter: { authors: [event.pubkey] }, overlapS: 60 }] };
    const first = testPool({ db });
    const [notes, mine] = [listen(first), listen(first, other)];
    first.start([relay.url]);
    await caughtUp(first);
    expect([ids(notes), ids(mine)]).toEqual([[event.id], [event.id]]);
    await committerOf(db).commit([notes[0]!.seen]);
    await first.stop();
    const second = testPool({ db });
    const [notesAgain, mineAgain] = [listen(second), listen(second, other)];
    second.start([relay.url]);
    await caughtUp(second);
    expect([ids(notesAgain), ids(mineAgain)]).toEqual([[], [event.id]]);
  });

  it('publishes until enough relays have taken it, also what waited while none was there', async () => {
    const [one, two] = [await practiceRelay(), await practiceRelay()];
    one.faults.next('EVENT', { do: 'refuse', said: 'blocked: you' });
    const db = nostrDatabase();
    const event = await someEvent();
    await testPool({ db }).publish(event, { ...LATER, wanted: 2 });
    const pool = testPool({ db });
    pool.start([one.url, two.url]);
    await until('the second relay to have it', () => two.kept.size === 1);
    await until('the answers', () => relayOf(pool, two.url).taken === 1 && relayOf(pool, one.url).refused === 1);
    expect(pool.outbox.size).toBe(1);
    expect(relayOf(pool, one.url).said).toMatchObject([{ word: 'OK', text: 'blocked: you' }]);
    const other = await someEvent();
    await pool.publish(other, { ...LATER, wanted: 2 });
    await until('both to have the other', () => one.kept.size === 1 && two.kept.size === 2);
    await until('it to be done', () => pool.outbox.size === 1);
  });

  it('sends what is of no use later to those that are there, once', async () => {
    const relay = await practiceRelay();
    const pool = testPool();
    expect(pool.send(await someEvent({ kind: 20_384 }))).toBe(0);
    pool.start([relay.url]);
    await until('the connection', () => relayOf(pool, relay.url).state === 'open');
    const event = await someEvent({ kind: 20_384 });
    expect(pool.send(event)).toBe(1);
    await until('it to come', () => relay.heard.some(([word]) => word === 'EVENT'));
    expect(pool.outbox.size).toBe(0);
  });

  it('logs in where a relay wants it, and then hears and publishes', async () => {
    const relay = await practiceRelay({ wantsLogin: true });
    const [stored, own] = [await someEvent(), await someEvent({ kind: 7 })];
    relay.add(stored);
    const pool = testPool({ signer: await testSigner() });
    const got = listen(pool);
    pool.start([relay.url]);
    await until('the log-in', () => relayOf(pool, relay.url).loggedIn);
    await caughtUp(pool);
    expect(ids(got)).toEqual([stored.id]);
    await pool.publish(own, LATER);
    await until('it to be taken', () => pool.outbox.size === 0);
  });

  it('knows what each relay says of itself, and when it was read', async () => {
    const relay = await practiceRelay({ name: 'Corner relay' });
    const pool = testPool();
    pool.start([relay.url]);
    const { document, documentReadAt } = await until('the document', () => {
      const view = relayOf(pool, relay.url);
      return view.document && view;
    });
    expect(document).toMatchObject({ name: 'Corner relay', limitation: { auth_required: false } });
    expect(documentReadAt).toBeGreaterThan(1_700_000_000_000);
  });

  it('relays: takes no more than sixteen, and none by an address that a stranger could choose', async () => {
    const pool = testPool({ dial: deaf() });
    const many = Array.from({ length: RELAY.relays + 1 }, (_, n) => `wss://relay${n}.example`);
    expect(() => pool.start(many)).toThrow(expect.objectContaining({ code: 'nostr.too-many-relays' }));
    expect(() => pool.start(['ws://relay.example'])).toThrow(expect.objectContaining({ code: 'nostr.relay-address' }));
    pool.setRelays(['wss://a.example', 'wss://A.example/', 'wss://b.example']);
    expect(pool.health().map(({ url }) => url)).toEqual(['wss://a.example', 'wss://b.example']);
    pool.setRelays(['wss://b.example']);
    expect(pool.health()).toMatchObject([{ url: 'wss://b.example', state: 'connecting' }]);
  });

  it('subscriptions: has no more than twelve', () => {
    const pool = testPool();
    for (let n = 0; n < RELAY.subscriptions; n += 1) listen(pool, { ...SPEC, name: String(n) });
    expect(() => listen(pool)).toThrow(RangeError);
  });

  it('leaves no timer and no connection when it stops', async () => {
    const relay = await practiceRelay();
    const clock = new HandClock();
    const pool = testPool({ clock });
    listen(pool);
    pool.start([relay.url]);
    await until('the connection', () => relay.clients === 1);
    await pool.publish(await someEvent(), LATER);
    await pool.stop();
    await until('its end', () => relay.clients === 0);
    expect(clock.timers).toBe(0);
  });
});

/** Connections that never come to anything. */
function deaf(): Dial {
  return () => ({ send() {}, ping() {}, pause() {}, resume() {}, close() {} });
}

/** A relay that says what a test wants, on a connection without a socket. */
function scripted() {
  const sent: unknown[][] = [];
  const calls: string[] = [];
  let events: SocketEvents | undefined;
  const dial: Dial = (_to, on) => {
    events = on;
    calls.push('dial');
    const call = (name: string) => () => void calls.push(name);
    return {
      send: (text) => void sent.push(JSON.parse(text) as unknown[]),
      ping: call('ping'),
      pause: call('pause'),
      resume: call('resume'),
      close: call('close'),
    };
  };
  return {
    dial,
    sent,
    calls,
    open: () => events!.opened({ bytesRead: 0, bytesWritten: 0, once: () => undefined }),
    say: (...message: unknown[]) => events!.heard(Buffer.from(JSON.stringify(message))),
    hear: (bytes: Buffer | undefined) => events!.heard(bytes),
  };
}

async function lying() {
  const relay = scripted();
  const clock = new HandClock();
  const pool = testPool({ dial: relay.dial, clock });
  onTestFinished(() => pool.stop());
  const got = listen(pool);
  pool.start(['wss://relay.example']);
  relay.open();
  return { relay, clock, pool, got, health: (): RelayView => pool.health()[0]! };
}

const fresh = async (clock: HandClock, content = 'x') =>
  (await testSigner(undefined, clock)).sign({ kind: 1, content });

describe('a relay that lies', () => {
  it.each<[string, (event: NostrEvent) => unknown[]]>([
    ['changes an event', (event) => ['EVENT', '1', { ...event, content: 'y' }]],
    ['signs for others', (event) => ['EVENT', '1', { ...event, sig: '0'.repeat(128) }]],
    ['brings what was not asked for', (event) => ['EVENT', '1', { ...event, kind: 4 }]],
    ['brings things for other subscriptions', (event) => ['EVENT', 'x', event]],
    ['makes no sense', () => ['EVENT', '1', {}]],
    ['ends what was never asked', () => ['EOSE', '77']],
  ])('and %s hands on nothing, and is let go of after 20 times', async (_what, lie) => {
    const { relay, clock, got, health } = await lying();
    const event = await fresh(clock);
    for (let n = 1; n < RELAY.faults; n += 1) relay.say(...lie(event));
    expect(health()).toMatchObject({ state: 'open', faults: RELAY.faults - 1 });
    relay.say(...lie(event));
    expect(health()).toMatchObject({ state: 'resting', nextTryAt: clock.now() + RELAY.restMs });
    expect([got, relay.calls.at(-1)]).toEqual([[], 'close']);
  });

  it('sends bytes in place of text counts as one that makes no sense', async () => {
    const { relay, health } = await lying();
    relay.hear(undefined);
    expect(health().faults).toBe(1);
  });

  it('repeats an event hands it on once, and its signature is checked once', async () => {
    const { relay, clock, got, health } = await lying();
    const event = await fresh(clock);
    for (let n = 0; n < 5; n += 1) relay.say('EVENT', '1', event);
    // A forgery under a known id is not even looked at: what is known by that id was proven.
    relay.say('EVENT', '1', { ...event, sig: '0'.repeat(128) });
    expect(ids(got)).toEqual([event.id]);
    expect(health().faults).toBe(0);
  });

  it('cannot keep a genuine event away by sending a forgery of it first', async () => {
    const { relay, clock, got } = await lying();
    const event = await fresh(clock);
    relay.say('EVENT', '1', { ...event, sig: '0'.repeat(128) });
    relay.say('EVENT', '1', event);
    expect(ids(got)).toEqual([event.id]);
  });

  it('brings an event from the future, which is handed on in its time and not before', async () => {
    const { relay, clock, got } = await lying();
    const signer = await testSigner(undefined, clock);
    const at = Math.floor((clock.now() + EVENT.futureMs) / 1000) + 5;
    const event = signer.sign({ kind: 1, content: '', created_at: at });
    relay.say('EVENT', '1', event);
    expect(got).toEqual([]);
    clock.skip(10_000);
    relay.say('EVENT', '1', event);
    expect(ids(got)).toEqual([event.id]);
  });

  it('says OK for what was never published, and changes nothing', async () => {
    const { relay, health } = await lying();
    relay.say('OK', 'a'.repeat(64), true, '');
    expect(health()).toMatchObject({ taken: 0, faults: 0, state: 'open' });
  });

  it('floods is read as slowly as it may, without losing any of it', async () => {
    const { relay, clock, health } = await lying();
    for (let n = 0; n < RELAY.burst; n += 1) relay.say('NOTICE', String(n));
    expect(relay.calls).toEqual(['dial']);
    relay.say('NOTICE', 'more');
    expect(relay.calls).toEqual(['dial', 'pause']);
    await clock.turn(1000 / RELAY.events);
    expect(relay.calls).toEqual(['dial', 'pause', 'resume']);
    expect(health()).toMatchObject({ state: 'open', said: { length: RELAY.kept } });
  });
});

describe('what was handed on', () => {
  it('passed: is remembered of the newest, as many as there may be', () => {
    const recent = new RecentIds(3);
    for (const id of ['a', 'b', 'c', 'a', 'd']) recent.add(id);
    expect(['a', 'b', 'c', 'd'].map((id) => recent.has(id))).toEqual([false, true, true, true]);
  });
});
