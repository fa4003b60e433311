// What relays swallow, refuse, cut off and forget: an event of ours gets there all the same, and what is asked for is heard.
import { describe, expect, it } from 'vitest';
import type { Received } from '../../src-main/nostr/pool.ts';
import type { RelayFault } from '../../src-main/practice/nostr/faults.ts';
import { HandClock } from '../support/clock.ts';
import { nostrDatabase, practiceRelay, someEvent, testPool, testSigner } from '../support/nostr.ts';
import { until } from '../support/wait.ts';

const SPEC = { name: 'notes', filters: [{ filter: { kinds: [1] }, overlapS: 60 }], since: 0 };
const HOUR = 3_600_000;

/** Turns the clock, while sockets do what they do in their own time. */
function turnUntil(clock: HandClock, what: string, look: () => unknown, stepMs = 100): Promise<unknown> {
  return until(what, async () => {
    await clock.turn(stepMs);
    return look();
  });
}

const FAULTS: readonly (readonly [string, RelayFault])[] = [
  ['swallows it', { do: 'swallow' }],
  ['takes it and says nothing', { do: 'say-nothing' }],
  ['refuses it for now', { do: 'refuse', said: 'error: out of order' }],
  ['refuses it as one too many', { do: 'refuse', said: 'rate-limited: slow down' }],
  ['refuses it by a NOTICE', { do: 'notice', said: 'not like this' }],
  ['hangs up on it', { do: 'drop' }],
  ['takes it and hangs up', { do: 'drop-after' }],
];

describe('an event of ours', () => {
  it.each(FAULTS)('gets to a relay that %s, in the end and once', async (_what, fault) => {
    const relay = await practiceRelay();
    relay.faults.next('EVENT', fault, fault);
    const clock = new HandClock();
    const pool = testPool({ clock });
    pool.start([relay.url]);
    const event = await someEvent();
    await pool.publish(event, { until: clock.now() + HOUR });
    await turnUntil(clock, 'the relay to have it and to say so', () => pool.outbox.size === 0);
    expect(relay.kept.all().map(({ id }) => id)).toEqual([event.id]);
    expect(relay.heard.filter(([word]) => word === 'EVENT')).toHaveLength(3);
  });

  it('waits out an hour without any relay, and a restart within it', async () => {
    const relay = await practiceRelay();
    await relay.stop();
    const [clock, db] = [new HandClock(Date.now()), nostrDatabase()];
    const first = testPool({ clock, db });
    first.start([relay.url]);
    const events = [await someEvent(), await someEvent()];
    for (const event of events) await first.publish(event, { until: clock.now() + 24 * HOUR });
    for (let minutes = 0; minutes < 30; minutes += 1) await clock.turn(60_000);
    await first.stop();
    const second = testPool({ clock, db });
    second.start([relay.url]);
    for (let minutes = 0; minutes < 30; minutes += 1) await clock.turn(60_000);
    expect(second.outbox.size).toBe(2);
    await relay.listen();
    await turnUntil(clock, 'the connection', () => relay.clients === 1, 5000);
    await turnUntil(clock, 'the relay to have both', () => second.outbox.size === 0);
    expect(relay.kept.size).toBe(2);
  });
});

describe('a subscription', () => {
  it.each(FAULTS)('is heard of a relay that %s', async (_what, fault) => {
    const relay = await practiceRelay();
    relay.faults.next('REQ', fault, fault);
    const event = await someEvent();
    relay.add(event);
    const clock = new HandClock(Date.now());
    const pool = testPool({ clock });
    const got: Received[] = [];
    pool.subscribe(SPEC, (received) => got.push(received));
    pool.start([relay.url]);
    await turnUntil(clock, 'all that is stored', () => pool.health()[0]!.caughtUp);
    expect(got.map(({ event: { id } }) => id)).toEqual([event.id]);
  });

  it('that a relay will not have is not asked for again, and the relay says why', async () => {
    const relay = await practiceRelay();
    relay.faults.next('REQ', { do: 'refuse', said: 'restricted: members only' });
    const clock = new HandClock();
    const pool = testPool({ clock });
    pool.subscribe(SPEC, () => undefined);
    pool.start([relay.url]);
    await turnUntil(clock, 'the refusal', () => pool.health()[0]!.said.length > 0);
    for (let times = 0; times < 20; times += 1) await clock.turn(1000);
    expect(relay.heard.filter(([word]) => word === 'REQ')).toHaveLength(1);
    expect(pool.health()[0]).toMatchObject({
      caughtUp: false,
      said: [{ word: 'CLOSED', text: 'restricted: members only' }],
    });
  });

  it('misses nothing of what came while the relay was gone', async () => {
    const relay = await practiceRelay();
    const clock = new HandClock(Date.now());
    const pool = testPool({ clock });
    const got: Received[] = [];
    pool.subscribe(SPEC, (received) => got.push(received));
    pool.start([relay.url]);
    await turnUntil(clock, 'the connection', () => pool.health()[0]!.caughtUp);
    await relay.stop();
    await turnUntil(clock, 'the break', () => pool.health()[0]!.state !== 'open');
    const signer = await testSigner(undefined, clock);
    const missed = [1, 2, 3].map((n) => signer.sign({ kind: 1, content: String(n) }));
    for (const event of missed) relay.add(event);
    await relay.listen();
    await turnUntil(clock, 'what was missed', () => got.length === 3);
    expect(got.map(({ event }) => event.id).sort()).toEqual(missed.map(({ id }) => id).sort());
  });
});
