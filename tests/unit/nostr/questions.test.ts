// What relays are asked once, against practice relays that go wrong by script.
import { describe, expect, it } from 'vitest';
import { RELAY } from '../../../src-main/nostr/bounds.ts';
import type { RelayPool } from '../../../src-main/nostr/pool.ts';
import { Questions } from '../../../src-main/nostr/questions.ts';
import type { SubscriptionSpec } from '../../../src-main/nostr/subscription.ts';
import { HandClock } from '../../support/clock.ts';
import { practiceRelay, someEvent, testPool, testSigner } from '../../support/nostr.ts';
import { until } from '../../support/wait.ts';

const NOTES = { filters: [{ kinds: [1] }] };
const GONE = 'ws://127.0.0.1:9';
const requests = (relay: { readonly heard: readonly (readonly unknown[])[] }) =>
  relay.heard.filter(([word]) => word === 'REQ');
const ends = (relay: { readonly heard: readonly (readonly unknown[])[] }) =>
  relay.heard.filter(([word]) => word === 'CLOSE');
const allResting = (pool: RelayPool, url: string) =>
  until('it to rest', () => pool.health().find((relay) => relay.url.startsWith(url))?.state === 'resting');

describe('a question to the relays', () => {
  it('is answered with what they have, newest first and each once, and closed', async () => {
    const [one, two] = [await practiceRelay(), await practiceRelay()];
    const signer = await testSigner();
    const [old, recent] = [1000, 2000].map((created_at) => signer.sign({ kind: 1, content: '', created_at }));
    one.add(old!);
    for (const relay of [one, two]) relay.add(recent!);
    two.add(await someEvent({ kind: 2 }));
    const pool = testPool();
    pool.start([one.url, two.url]);
    const { events, answered } = await pool.ask(NOTES);
    expect(events.map(({ event, relays }) => [event.id, relays.length])).toEqual([
      [recent!.id, 2],
      [old!.id, 1],
    ]);
    expect(answered).toHaveLength(2);
    await until('both to be let go', () => ends(one).length === 1 && ends(two).length === 1);
  });

  it('takes one page, asks again without remembering, and leaves subscriptions what they are due', async () => {
    const relay = await practiceRelay();
    const signer = await testSigner();
    for (const created_at of [1, 2, 3]) relay.add(signer.sign({ kind: 1, content: '', created_at }));
    const pool = testPool();
    pool.start([relay.url]);
    const newest = { filters: [{ kinds: [1], limit: 1 }] };
    for (const _ of [1, 2]) {
      expect((await pool.ask(newest)).events.map(({ event }) => event.created_at)).toEqual([3]);
    }
    expect(requests(relay)).toHaveLength(2);
    const got: number[] = [];
    const filters = [{ filter: { kinds: [1] }, overlapS: 0 }];
    pool.subscribe({ name: 'notes', filters, since: 0 }, ({ event }) => void got.push(event.created_at));
    await until('all of them', () => got.length === 3);
  });

  it('does not wait for relays that are gone, refuse or are taken away, and says who answered', async () => {
    const [good, refusing] = [await practiceRelay(), await practiceRelay()];
    const event = await someEvent();
    good.add(event);
    refusing.faults.next('REQ', { do: 'refuse', said: 'restricted: members only' });
    const pool = testPool();
    pool.start([good.url, refusing.url, GONE]);
    await allResting(pool, GONE);
    const { events, answered } = await pool.ask(NOTES);
    expect(events.map(({ event: { id } }) => id)).toEqual([event.id]);
    expect(answered.map((url) => new URL(url).port)).toEqual([new URL(good.url).port]);
    good.faults.next('REQ', { do: 'swallow' });
    const asking = pool.ask(NOTES);
    await until('the question', () => requests(good).length === 2);
    pool.setRelays([refusing.url]);
    expect((await asking).answered.map((url) => new URL(url).port)).toEqual([new URL(refusing.url).port]);
  });

  it('storedMs: ends in its time with what has come, where a relay never says that this was all', async () => {
    const [silent, good] = [await practiceRelay(), await practiceRelay()];
    silent.faults.next('REQ', { do: 'swallow' });
    good.add(await someEvent());
    const clock = new HandClock(Date.now());
    const pool = testPool({ clock });
    pool.start([silent.url, good.url]);
    const asking = pool.ask(NOTES);
    await until(
      'both to be asked',
      () => requests(silent).length === 1 && ends(good).length === 0 && requests(good).length === 1,
    );
    await until('the good one to have answered', () => pool.health().some(({ events }) => events === 1));
    await clock.turn(RELAY.storedMs);
    const { events, answered } = await asking;
    expect([events.length, answered.length]).toEqual([1, 1]);
  });

  it('questions: so many at once, the others in their turn, and none after a word to stop', async () => {
    const relay = await practiceRelay();
    const pool = testPool();
    pool.start([relay.url]);
    for (let n = 0; n < RELAY.questions; n += 1) relay.faults.next('REQ', { do: 'swallow' });
    const stop = new AbortController();
    const held = Array.from({ length: RELAY.questions }, () => pool.ask(NOTES, stop.signal));
    const [aborted, waiting] = [pool.ask(NOTES, stop.signal), pool.ask(NOTES)];
    const outcomes = Promise.allSettled([...held, aborted]);
    await until('the first ones', () => requests(relay).length === RELAY.questions);
    stop.abort(new Error('enough'));
    for (const outcome of await outcomes)
      expect(outcome).toMatchObject({ status: 'rejected', reason: { message: 'enough' } });
    expect((await waiting).answered).toHaveLength(1);
    relay.faults.next('REQ', { do: 'swallow' });
    const last = pool.ask(NOTES);
    const ended = expect(last).rejects.toThrow('not asked any more');
    await until('the last one', () => requests(relay).length === RELAY.questions + 2);
    await pool.stop();
    await ended;
  });

  it('takes a forged event for what it is', async () => {
    const relay = await practiceRelay();
    const genuine = (await testSigner()).sign({ kind: 1, content: 'mine' });
    relay.add({ ...genuine, content: 'forged' });
    const pool = testPool();
    pool.start([relay.url]);
    expect((await pool.ask(NOTES)).events).toEqual([]);
    expect(pool.health()[0]).toMatchObject({ faults: 1 });
  });

  it('asked: keeps so many events of all relays together', async () => {
    let name = '';
    const relay = {
      at: { url: 'ws://one' },
      isResting: false,
      subscribe(spec: SubscriptionSpec) {
        name = spec.name;
      },
      unsubscribe() {},
    };
    const questions = new Questions(new HandClock(Date.now()), () => [relay], 5);
    const asking = questions.ask(NOTES);
    await until('the question', () => name !== '');
    const signer = await testSigner();
    for (let n = 0; n <= 5; n += 1) {
      expect(questions.judge(name, signer.sign({ kind: 1, content: String(n) }), 'ws://one')).toBe(true);
    }
    questions.heard(name, 'ws://one');
    expect((await asking).events).toHaveLength(5);
  });
});
