// Events of our own on their way: what is sent to which relay when, and what of it survives.
import { describe, expect, it } from 'vitest';
import { EVENT } from '../../../src-main/nostr/bounds.ts';
import type { NostrEvent } from '../../../src-main/nostr/event.ts';
import { Outbox, type PublishOptions } from '../../../src-main/nostr/outbox.ts';
import { NostrStore } from '../../../src-main/nostr/store.ts';
import type { PublishAnswer } from '../../../src-main/nostr/talk.ts';
import type { Write } from '../../../src-main/storage/write.ts';
import { HandClock } from '../../support/clock.ts';
import { NETWORK, nostrDatabase, testSigner } from '../../support/nostr.ts';
import { seededRandom } from '../../support/random.ts';
import { committerOf } from '../../support/wallet.ts';

const signer = await testSigner();
const TAKEN: PublishAnswer = { is: 'taken', said: '', again: false };
const SILENT: PublishAnswer = { is: 'silent', said: '', again: true };
const LATER: PublishAnswer = { is: 'refused', said: 'error: full', again: true };
const NEVER: PublishAnswer = { is: 'refused', said: 'blocked: you', again: false };
const [A, B] = ['wss://a', 'wss://b'];

function life(db = nostrDatabase(), clock = new HandClock()) {
  const store = new NostrStore(db, NETWORK);
  const { commit } = committerOf(db);
  const outbox = new Outbox({ clock, random: seededRandom(), store });
  const heard: unknown[] = [];
  outbox.on('taken', (taken) => heard.push(taken));
  outbox.on('refused', (refused) => heard.push(refused));
  return {
    db,
    clock,
    store,
    outbox,
    heard,
    commit: (writes: readonly Write[]) => commit(writes),
    put: (event: NostrEvent, options: Partial<PublishOptions> = {}) =>
      commit(outbox.put(event, { until: clock.now() + 3_600_000, ...options })),
    answer: (event: NostrEvent, relay: string, answer: PublishAnswer, relays = 2) =>
      commit(outbox.answered(event.id, relay, answer, relays)),
    due: (relay: string) => outbox.take(relay).map(({ id }) => id),
  };
}

const note = (content: string) => signer.sign({ kind: 1, content });
const offer = (content: string, created_at: number) =>
  signer.sign({ kind: 38_383, content, created_at, tags: [['d', 'offer']] });

describe('an event of ours', () => {
  it('goes to every relay once, and no more when enough have taken it', async () => {
    const { put, due, answer, heard, outbox } = life();
    const event = note('1');
    await put(event);
    expect([due(A), due(A), due(B)]).toEqual([[event.id], [], [event.id]]);
    await answer(event, A, TAKEN);
    expect(heard).toEqual([{ id: event.id, relay: A, taken: 1, enough: true }]);
    expect(outbox.size).toBe(0);
  });

  it('that one relay has taken is heard, whatever others say', async () => {
    const { put, answer, outbox } = life();
    const event = note('heard');
    await put(event, { wanted: 16 });
    await answer(event, A, NEVER);
    expect([outbox.size, outbox.unheard]).toEqual([1, 1]);
    await answer(event, B, TAKEN, 3);
    expect([outbox.size, outbox.unheard]).toEqual([1, 0]);
  });

  it('waits for as many relays as are wanted, or as there are', async () => {
    const { put, answer, heard, outbox } = life();
    const [two, all] = [note('2'), note('3')];
    await put(two, { wanted: 2 });
    await put(all, { wanted: 9 });
    await answer(two, A, TAKEN);
    await answer(all, A, TAKEN, 1);
    expect(heard).toMatchObject([
      { taken: 1, enough: false },
      { taken: 1, enough: true },
    ]);
    await answer(two, B, TAKEN);
    expect(outbox.size).toBe(0);
  });

  it.each([
    ['says nothing', SILENT],
    ['cannot now', LATER],
  ])('is sent again, later each time, to a relay that %s', async (_what, why) => {
    const { clock, put, due, answer, outbox } = life();
    const event = note('1');
    await put(event);
    const pauses: number[] = [];
    for (let times = 0; times < 4; times += 1) {
      expect(due(A)).toEqual([event.id]);
      await answer(event, A, why);
      const pause = outbox.dueAt(A)! - clock.monotonic();
      pauses.push(pause);
      clock.skip(pause - 1);
      expect(due(A)).toEqual([]);
      clock.skip(1);
    }
    expect(pauses.every((pause, n) => n === 0 || pause > pauses[n - 1]!)).toBe(true);
  });

  it('is not sent again to a relay that will never take it, and still goes to others', async () => {
    const { clock, put, due, answer, heard, outbox } = life();
    const event = note('1');
    await put(event);
    due(A);
    await answer(event, A, NEVER);
    clock.skip(86_400_000);
    expect([due(A), outbox.dueAt(A), due(B)]).toEqual([[], undefined, [event.id]]);
    expect(heard).toEqual([{ id: event.id, relay: A, said: 'blocked: you' }]);
  });

  it('survives a restart, with the answers that there were', async () => {
    const first = life();
    const [event, other] = [note('1'), note('2')];
    await first.put(event, { wanted: 2 });
    await first.put(other);
    first.due(A);
    await first.answer(event, A, TAKEN);
    await first.answer(other, A, TAKEN);
    const second = life(first.db, first.clock);
    expect(second.outbox.size).toBe(1);
    expect([second.due(A), second.due(B)]).toEqual([[], [event.id]]);
  });

  it('is on its way only once it is committed', async () => {
    const { outbox, commit, due } = life();
    const event = note('1');
    let told = 0;
    outbox.on('due', () => {
      told += 1;
    });
    const writes = outbox.put(event, { until: Infinity });
    expect([due(A), told]).toEqual([[], 0]);
    await commit(writes.map((write) => ({ ...write, params: write.params.map((p) => (p === Infinity ? 9e15 : p)) })));
    expect([due(A), told]).toEqual([[event.id], 1]);
  });

  it('is of no use after its time', async () => {
    const { clock, put, outbox, commit, db } = life();
    await put(note('1'), { until: clock.now() + 1000 });
    expect(outbox.expire()).toEqual([]);
    clock.skip(1000);
    await commit(outbox.expire());
    expect([outbox.size, life(db, clock).outbox.size]).toEqual([0, 0]);
  });

  it('waiting: is refused beyond ten thousand', () => {
    const { outbox } = life();
    const event = note('1');
    for (let n = 0; n < EVENT.waiting; n += 1) {
      const [first] = outbox.put({ ...event, id: n.toString(16).padStart(64, '0') }, { until: 1 });
      first!.committed!();
    }
    expect(() => outbox.put(event, { until: 1 })).toThrow(expect.objectContaining({ code: 'nostr.outbox-full' }));
  });
});

describe('a newer event at the same address', () => {
  it('takes the place of the older one, here and after a restart', async () => {
    const { put, due, db, clock } = life();
    const [old, fresh] = [offer('old', 100), offer('new', 101)];
    await put(old);
    await put(fresh);
    expect(due(A)).toEqual([fresh.id]);
    expect(life(db, clock).due(A)).toEqual([fresh.id]);
  });

  it('leaves alone what is at another address', async () => {
    const { put, due } = life();
    const other = signer.sign({ kind: 38_383, content: '', created_at: 1, tags: [['d', 'another']] });
    await put(other);
    await put(offer('new', 100));
    expect(due(A)).toContain(other.id);
  });

  it('gets a time after that of the one before, even within a second and after a restart', async () => {
    const { put, outbox, db, clock } = life();
    const first = offer('1', 100);
    const address = `38383:${signer.publicKey}:offer`;
    expect(outbox.nextAt(address, 100)).toBe(100);
    await put(first);
    expect(outbox.nextAt(address, 100)).toBe(101);
    expect(life(db, clock).outbox.nextAt(address, 90)).toBe(101);
    expect(outbox.nextAt(address, 500)).toBe(500);
  });
});

describe('what is remembered', () => {
  it('seen and seenMs: is let go of when it is old, and the oldest when it is too much', async () => {
    const { store, commit, db, clock } = life();
    const insert = db.prepare("INSERT INTO nostr_seen (network, subscription, id, at) VALUES (?, 'notes', ?, ?)");
    const now = clock.now();
    db.transaction(() => {
      insert.run('another', 'theirs', 0);
      insert.run(NETWORK, 'old', now - EVENT.seenMs - 1);
      for (let n = 0; n < EVENT.seen + 5; n += 1) insert.run(NETWORK, `id ${n}`, now - EVENT.seenMs + n);
    })();
    await commit(store.prune(now));
    expect(['old', 'id 4', 'id 5'].map((id) => store.isSeen('notes', id))).toEqual([false, false, true]);
    expect(db.prepare('SELECT count(*) FROM nostr_seen').pluck().get()).toBe(EVENT.seen + 1);
  });

  it('of events that were published goes after a day, with their answers', async () => {
    const { put, answer, store, commit, db, clock } = life();
    const event = signer.sign({ kind: 1, content: '', created_at: Math.floor(clock.now() / 1000) });
    await put(event);
    await answer(event, A, TAKEN);
    await commit(store.prune(clock.now() + 86_000_000));
    expect(db.prepare('SELECT count(*) FROM nostr_answers').pluck().get()).toBe(1);
    await commit(store.prune(clock.now() + 86_402_000));
    const left = 'SELECT (SELECT count(*) FROM nostr_answers) + (SELECT count(*) FROM nostr_outbox)';
    expect(db.prepare(left).pluck().get()).toBe(0);
  });

  it('of a place that was reached never goes back', async () => {
    const { store, commit } = life();
    await commit([store.putMark(A, 'x', 10), store.putMark(A, 'x', 5), store.putMark(B, 'x', 3)]);
    expect([store.mark(A, 'x'), store.mark(B, 'x'), store.mark(A, 'y')]).toEqual([10, 3, undefined]);
  });
});
