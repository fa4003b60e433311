// The relay pool with relays: the practice one, and those of other people whose addresses stand in HEARTH_NOSTR_RELAYS, with blanks
// between them, such as ws://127.0.0.1:7001. Tried with nostr-rs-relay 0.8.12 and nostr-relay 1.14. Each key here is new.
import {
  EventBuilder,
  Keys,
  loadWasmSync,
  NostrSigner,
  PublicKey,
  Event as RustEvent,
  UnwrappedGift,
} from '@rust-nostr/nostr-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemRandom as random } from '../../src-main/base/random.ts';
import { newLetter, oldLetter, openLetter } from '../../src-main/nostr/envelope.ts';
import { type NostrEvent, readEvent } from '../../src-main/nostr/event.ts';
import type { Received, RelayPool } from '../../src-main/nostr/pool.ts';
import type { Signer } from '../../src-main/nostr/signer.ts';
import type { SubscriptionSpec } from '../../src-main/nostr/subscription.ts';
import { type PracticeRelay, startRelay } from '../../src-main/practice/nostr/relay.ts';
import { nostrDatabase, testPool, testSigner } from '../support/nostr.ts';
import { until } from '../support/wait.ts';
import { committerOf } from '../support/wallet.ts';

loadWasmSync();
const real = (process.env.HEARTH_NOSTR_RELAYS ?? '').split(' ').filter((url) => url !== '');
if (real.length > 0) console.info(`relays of other people: ${real.join(', ')}`);
else console.warn('SKIPPED: no relay of other people was tried: HEARTH_NOSTR_RELAYS names none');

const seconds = () => Math.floor(Date.now() / 1000);
const soon = () => ({ until: Date.now() + 600_000 });
const ids = (got: readonly Received[]) => got.map(({ event }) => event.id);

function hear(pool: RelayPool, spec: SubscriptionSpec): Received[] {
  const got: Received[] = [];
  pool.subscribe(spec, (received) => got.push(received));
  return got;
}

const by = (author: Signer, kinds: readonly number[], since = seconds() - 600): SubscriptionSpec => ({
  name: 'theirs',
  filters: [{ filter: { kinds, authors: [author.publicKey!] }, overlapS: 60 }],
  since,
});

const to = (reader: Signer): SubscriptionSpec => ({
  name: 'letters',
  filters: [
    { filter: { kinds: [4], '#p': [reader.publicKey!] }, overlapS: 600 },
    { filter: { kinds: [1059], '#p': [reader.publicKey!] }, overlapS: 2 * 86_400 + 600 },
  ],
  since: seconds(),
});

const open = (pool: RelayPool) => until('the connection', () => pool.health()[0]?.state === 'open');
const caughtUp = (pool: RelayPool) => until('what is stored', () => pool.health()[0]?.caughtUp);
const done = (pool: RelayPool) => until('the relay to take it', () => pool.outbox.size === 0);

let practice: PracticeRelay;
beforeAll(async () => {
  practice = await startRelay({ random });
});
afterAll(() => practice.stop());

describe.each([undefined, ...real])('with the relay at %s', (at) => {
  const url = () => at ?? practice.url;
  const pool = (life: Parameters<typeof testPool>[0] = {}) => {
    const one = testPool(life);
    one.start([url()]);
    return one;
  };

  it('what one publishes another hears, what is stored and what comes', async () => {
    const author = await testSigner();
    const [writer, reader] = [pool(), pool()];
    const first = author.sign({ kind: 1, content: 'é 🍕 "1"\n' });
    await writer.publish(first, soon());
    await done(writer);
    const got = hear(reader, by(author, [1]));
    await caughtUp(reader);
    expect(ids(got)).toEqual([first.id]);
    const second = author.sign({ kind: 1, content: '2' });
    await writer.publish(second, soon());
    await until('the second', () => got.length === 2);
    expect(got[1]!.event).toEqual(second);
    expect(reader.health()[0]).toMatchObject({ faults: 0 });
  });

  it('a gap costs nothing: what came meanwhile is brought, and what was acted on is not', async () => {
    const author = await testSigner();
    const writer = pool();
    const db = nostrDatabase();
    const before = author.sign({ kind: 1, content: 'before' });
    await writer.publish(before, soon());
    await done(writer);
    const first = pool({ db });
    const got = hear(first, by(author, [1]));
    await caughtUp(first);
    await committerOf(db).commit([got[0]!.seen]);
    await first.stop();
    const missed = author.sign({ kind: 1, content: 'missed' });
    await writer.publish(missed, soon());
    await done(writer);
    const second = pool({ db });
    const again = hear(second, by(author, [1]));
    await caughtUp(second);
    expect(ids(again)).toEqual([missed.id]);
  });

  it('the newer event at an address is the one that is heard last', async () => {
    const author = await testSigner();
    const [writer, reader] = [pool(), pool()];
    const offer = (content: string, created_at: number) =>
      author.sign({
        kind: 38_383,
        content,
        created_at,
        tags: [
          ['d', 'offer'],
          ['t', 'compute'],
        ],
      });
    const [old, fresh] = [offer('old', seconds() - 10), offer('new', seconds())];
    await writer.publish(old, soon());
    await done(writer);
    await writer.publish(fresh, soon());
    await done(writer);
    const got = hear(reader, by(author, [38_383]));
    await caughtUp(reader);
    const newest = got
      .map(({ event }) => event)
      .reduce((one, other) => (one.created_at > other.created_at ? one : other));
    expect(newest).toEqual(fresh);
  });

  it('what is of no use later reaches those who listen', async () => {
    const author = await testSigner();
    const [writer, reader] = [pool(), pool()];
    const got = hear(reader, by(author, [20_384]));
    await caughtUp(reader);
    await open(writer);
    const beat = author.sign({ kind: 20_384, content: '{}', tags: [['t', 'x-heartbeat']] });
    expect(writer.send(beat)).toBe(1);
    await until('the beat', () => ids(got).includes(beat.id));
  });

  it('letters come both ways, whoever wrote them, also those that are dated back by two days', async () => {
    const [own, customer] = [await testSigner(), await testSigner()];
    const [reader, writer] = [pool(), pool()];
    const keys = Keys.parse(customer.reveal());
    const got = hear(reader, to(own));
    await caughtUp(reader);
    const receiver = PublicKey.parse(own.publicKey!);
    const wrapped = await EventBuilder.privateMsg(NostrSigner.keys(keys), receiver, 'by rust');
    const letters: NostrEvent[] = [
      readEvent(JSON.parse(wrapped.asJson()))!,
      newLetter('wrapped', own.publicKey!, { signer: customer, random, now: Date.now() }),
      oldLetter('old', own.publicKey!, customer),
    ];
    for (const letter of letters) await writer.publish(letter, soon());
    await until('three letters', () => got.length === 3);
    const texts = got
      .map(({ event }) => openLetter(event, own))
      .map((letter) => typeof letter === 'object' && letter.text);
    expect(new Set(texts)).toEqual(new Set(['by rust', 'old', 'wrapped']));

    const back = hear(writer, to(customer));
    await caughtUp(writer);
    const now = Date.now();
    const reply = newLetter('reply', customer.publicKey!, { signer: own, random, now }, { wrapAt: seconds() });
    await reader.publish(reply, soon());
    await until('the reply', () => back.length === 1);
    const event = RustEvent.fromJson(JSON.stringify(back[0]!.event));
    const { sender, rumor } = await UnwrappedGift.fromGiftWrap(NostrSigner.keys(keys), event);
    expect([sender.toHex(), rumor.content]).toEqual([own.publicKey, 'reply']);
  });

  it('a forged event is never taken', async () => {
    const author = await testSigner();
    const [writer, reader] = [pool(), pool()];
    const event = { ...author.sign({ kind: 1, content: 'true' }), content: 'false' };
    await writer.publish(event, soon());
    const after = author.sign({ kind: 1, content: 'after' });
    await writer.publish(after, soon());
    // By an OK with its id, by one without, or by a NOTICE.
    await until('a word about it', () => writer.health()[0]!.said.length > 0);
    await until('the other to be taken', () => writer.health()[0]!.taken === 1);
    expect(writer.outbox.size).toBe(1);
    const got = hear(reader, by(author, [1]));
    await caughtUp(reader);
    expect(ids(got)).toEqual([after.id]);
  });

  it('it says of itself who it is', async () => {
    const one = pool();
    const { document } = await until('its document', () => one.health().find((relay) => relay.document));
    expect(document!.name).toBeTypeOf('string');
    expect(document!.supported_nips).toContain(1);
  });
});
