// A place that is kept for another provider's workload, as tables: a phase, what happens, and what it is then.
import { describe, expect, it } from 'vitest';
import { isEarlier, type LookFor, lookFilters, lookOf } from '../../../../src-main/networks/paygress/durable/look.ts';
import {
  type Look,
  newSlot,
  recoverSlot,
  type Slot,
  type SlotEffect,
  type SlotEvent,
  type SlotPhase,
  type SlotState,
  stepSlot,
} from '../../../../src-main/networks/paygress/durable/standby.ts';
import { DURABLE } from '../../../../src-main/networks/paygress/durable/times.ts';
import { readPromotion, readRevocation } from '../../../../src-main/networks/paygress/wire/handover.ts';
import { readHeartbeat } from '../../../../src-main/networks/paygress/wire/heartbeat.ts';
import { readEvent } from '../../../../src-main/nostr/event.ts';
import { matches } from '../../../../src-main/nostr/subscription.ts';
import vectors from '../../../vectors/paygress/events.json' with { type: 'json' };
import official from '../../../vectors/paygress/official-provider.json' with { type: 'json' };

const [P, A, B, C] = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(64)) as [string, string, string, string];
const NOW = 10_000_000;
const { silenceMs: SILENCE, backoffMs: BACKOFF, lookAgainMs: AGAIN, claimMs: CLAIM, lookLostMs: LOST } = DURABLE;
const EXPIRES = NOW + 3_600_000;
/** The second of three. */
const SLOT: Slot = { primary: P, index: 1, peers: [A, C], quorum: 2, expiresAt: EXPIRES };
const FIRST: Slot = { ...SLOT, index: 0, peers: [B, C] };
const state = (phase: SlotPhase, change: Partial<SlotState> = {}): SlotState => ({
  phase,
  beat: 500,
  aliveAt: NOW - 1000,
  revoked: false,
  failures: 0,
  ...change,
});
const watching: SlotPhase = { is: 'watching' };
const waiting = (until: number): SlotPhase => ({ is: 'waiting', until });
const looking = (claimed: boolean, since = NOW): SlotPhase => ({ is: 'looking', claimed, since });
const claimed = (lookAt: number): SlotPhase => ({ is: 'claimed', lookAt });
const looked = (change: Partial<Look> = {}): SlotEvent => ({
  is: 'looked',
  look: { relays: 2, beat: undefined, promotions: [], ...change },
});
const tick: SlotEvent = { is: 'tick' };
const silent = { aliveAt: NOW - SILENCE };
const revoked = { revoked: true };
const look = { do: 'look' } as const;
const claim = { do: 'claim' } as const;
const start = { do: 'start' } as const;
const withdraw = { do: 'withdraw' } as const;
const release = (why: 'peer' | 'expired' | 'failed') => ({ do: 'release', why }) as const;

type Row = readonly [
  says: string,
  slot: Slot,
  from: SlotState,
  event: SlotEvent,
  to: SlotState,
  ...effects: readonly SlotEffect[],
];

const rows: readonly Row[] = [
  ['watches', SLOT, state(watching), tick, state(watching)],
  [
    'sees a heartbeat',
    SLOT,
    state(watching),
    { is: 'beat', timestamp: 501 },
    state(watching, { beat: 501, aliveAt: NOW }),
  ],
  ['knows an old heartbeat', SLOT, state(watching), { is: 'beat', timestamp: 500 }, state(watching)],
  [
    'does not take a sleep for silence',
    SLOT,
    state(watching, silent),
    { is: 'slept' },
    state(watching, { aliveAt: NOW }),
  ],
  ['counts anew after one', SLOT, state(waiting(NOW), silent), { is: 'slept' }, state(watching, { aliveAt: NOW })],
  [
    'knows after one that the primary has given up',
    SLOT,
    state(waiting(NOW), { ...silent, ...revoked }),
    { is: 'slept' },
    state(waiting(NOW), { aliveAt: NOW, ...revoked }),
  ],
  [
    'does not take 179 s for silence',
    SLOT,
    state(watching, { aliveAt: NOW - SILENCE + 1 }),
    tick,
    state(watching, { aliveAt: NOW - SILENCE + 1 }),
  ],
  ['takes 180 s for silence', SLOT, state(watching, silent), tick, state(waiting(NOW + BACKOFF), silent)],
  ['is the first to look', FIRST, state(watching, silent), tick, state(waiting(NOW), silent)],
  [
    'hears the primary in its turn',
    SLOT,
    state(waiting(NOW + 1), silent),
    { is: 'beat', timestamp: 501 },
    state(watching, { beat: 501, aliveAt: NOW }),
  ],
  ['is given the workload', SLOT, state(watching), { is: 'revoked', by: P }, state(waiting(NOW + BACKOFF), revoked)],
  ['is not given it by anybody else', SLOT, state(watching), { is: 'revoked', by: C }, state(watching)],
  ['is given it once', SLOT, state(waiting(5), revoked), { is: 'revoked', by: P }, state(waiting(5), revoked)],
  ['is given it while it looks', SLOT, state(looking(false)), { is: 'revoked', by: P }, state(looking(false), revoked)],
  [
    'is not put off by heartbeats then',
    SLOT,
    state(waiting(NOW + 1), revoked),
    { is: 'beat', timestamp: 501 },
    state(waiting(NOW + 1), { ...revoked, beat: 501, aliveAt: NOW }),
  ],
  ['looks in its turn', SLOT, state(waiting(NOW)), tick, state(looking(false)), look],
  ['waits for its turn', SLOT, state(waiting(NOW + 1)), tick, state(waiting(NOW + 1))],
  ['waits for the answers', SLOT, state(looking(false, NOW - LOST + 1)), tick, state(looking(false, NOW - LOST + 1))],
  ['asks again for answers that were lost', SLOT, state(looking(true, NOW - LOST)), tick, state(looking(true)), look],

  ['claims what nobody has', SLOT, state(looking(false)), looked(), state({ is: 'claiming' }), claim],
  ['doubts its own line first', SLOT, state(looking(false)), looked({ relays: 1 }), state(waiting(NOW + AGAIN))],
  [
    'finds the primary',
    SLOT,
    state(looking(false)),
    looked({ beat: 501 }),
    state(watching, { beat: 501, aliveAt: NOW }),
  ],
  [
    'finds the primary by one relay alone',
    SLOT,
    state(looking(false)),
    looked({ relays: 1, beat: 501 }),
    state(watching, { beat: 501, aliveAt: NOW }),
  ],
  ['finds what it knew', SLOT, state(looking(false)), looked({ beat: 500 }), state({ is: 'claiming' }), claim],
  [
    'finds the primary that has given it up',
    SLOT,
    state(looking(false), revoked),
    looked({ beat: 501 }),
    state({ is: 'claiming' }, revoked),
    claim,
  ],
  [
    'leaves it to a peer that has it',
    SLOT,
    state(looking(false)),
    looked({ promotions: [{ by: C, state: 'promoted' }] }),
    state({ is: 'dropped', why: 'peer' }),
    release('peer'),
  ],
  [
    'leaves it to a peer that has it, as one relay says',
    SLOT,
    state(looking(false)),
    looked({ relays: 0, promotions: [{ by: C, state: 'promoted' }] }),
    state({ is: 'dropped', why: 'peer' }),
    release('peer'),
  ],
  [
    'asks no stranger',
    SLOT,
    state(looking(false)),
    looked({ promotions: [{ by: P, state: 'promoted' }] }),
    state({ is: 'claiming' }),
    claim,
  ],
  [
    'waits for one who claims',
    SLOT,
    state(looking(false)),
    looked({ promotions: [{ by: C, state: 'claimed' }] }),
    state(waiting(NOW + AGAIN)),
  ],
  [
    'claims after one who has withdrawn',
    SLOT,
    state(looking(false)),
    looked({ promotions: [{ by: A, state: 'withdrawn' }] }),
    state({ is: 'claiming' }),
    claim,
  ],

  ['waits for a majority to have its claim', SLOT, state({ is: 'claiming' }), tick, state({ is: 'claiming' })],
  ['lets others see its claim', SLOT, state({ is: 'claiming' }), { is: 'claim-taken' }, state(claimed(NOW + CLAIM))],
  [
    'takes its claim back when the primary is there',
    SLOT,
    state({ is: 'claiming' }),
    { is: 'beat', timestamp: 501 },
    state(watching, { beat: 501, aliveAt: NOW }),
    withdraw,
  ],
  ['looks a second time', SLOT, state(claimed(NOW)), tick, state(looking(true)), look],
  ['starts what nobody else claims', SLOT, state(looking(true)), looked(), state({ is: 'starting' }), start],
  [
    'starts nothing on the word of too few',
    SLOT,
    state(looking(true)),
    looked({ relays: 1 }),
    state(claimed(NOW + AGAIN)),
  ],
  [
    'starts nothing when the primary is back',
    SLOT,
    state(looking(true)),
    looked({ beat: 501 }),
    state(watching, { beat: 501, aliveAt: NOW }),
    withdraw,
  ],
  [
    'gives way to an earlier one',
    SLOT,
    state(looking(true)),
    looked({ promotions: [{ by: A, state: 'claimed' }] }),
    state(waiting(NOW + BACKOFF)),
    withdraw,
  ],
  [
    'gives way to an earlier one that a single relay shows',
    SLOT,
    state(looking(true)),
    looked({ relays: 1, promotions: [{ by: A, state: 'claimed' }] }),
    state(waiting(NOW + BACKOFF)),
    withdraw,
  ],
  [
    'waits for a later one to give way',
    SLOT,
    state(looking(true)),
    looked({ promotions: [{ by: C, state: 'claimed' }] }),
    state(claimed(NOW + AGAIN)),
  ],
  [
    'leaves it to a later one that was first',
    SLOT,
    state(looking(true)),
    looked({ promotions: [{ by: C, state: 'promoted' }] }),
    state({ is: 'dropped', why: 'peer' }),
    withdraw,
    release('peer'),
  ],
  ['takes no answer to a question of before', SLOT, state(claimed(NOW + 1)), looked(), state(claimed(NOW + 1))],

  ['has it', SLOT, state({ is: 'starting' }), { is: 'started' }, state({ is: 'promoted' }), { do: 'announce' }],
  [
    'is not put off any more',
    SLOT,
    state({ is: 'starting' }),
    { is: 'beat', timestamp: 501 },
    state({ is: 'starting' }, { beat: 501, aliveAt: NOW }),
  ],
  [
    'lets others try when it can’t',
    SLOT,
    state({ is: 'starting' }),
    { is: 'start-failed', reason: 'x' },
    state(waiting(NOW + BACKOFF), { failures: 1 }),
    withdraw,
  ],
  [
    'tries three times',
    SLOT,
    state({ is: 'starting' }, { failures: 2 }),
    { is: 'start-failed', reason: 'no disk' },
    state({ is: 'failed', reason: 'no disk' }, { failures: 3 }),
    withdraw,
    release('failed'),
  ],
];

describe('a standby', () => {
  const table = rows.map(([says, slot, from, event, to, ...effects]) => ({ says, slot, from, event, to, effects }));
  it.each(table)('$says', ({ slot, from, event, to, effects }) => {
    expect(stepSlot(from, event, NOW, slot)).toEqual({ state: to, effects });
  });

  it.each<{ readonly phase: SlotPhase; readonly effects: readonly SlotEffect[] }>([
    { phase: watching, effects: [release('expired')] },
    { phase: waiting(NOW), effects: [release('expired')] },
    { phase: looking(false), effects: [release('expired')] },
    { phase: { is: 'claiming' }, effects: [withdraw, release('expired')] },
    { phase: claimed(NOW), effects: [withdraw, release('expired')] },
    { phase: looking(true), effects: [withdraw, release('expired')] },
  ])('keeps the place no longer than it was paid for: $phase.is', ({ phase, effects }) => {
    const over = stepSlot(state(phase, silent), tick, EXPIRES, SLOT);
    expect(over).toEqual({ state: state({ is: 'dropped', why: 'expired' }, silent), effects });
  });

  it('starts nothing that was not claimed, and claims nothing that was not looked for', () => {
    for (const [, slot, from, event] of rows) {
      const { effects } = stepSlot(from, event, NOW, slot);
      if (effects.some((effect) => effect.do === 'start'))
        expect(from.phase).toMatchObject({ is: 'looking', claimed: true });
      if (effects.some((effect) => effect.do === 'claim'))
        expect(from.phase).toMatchObject({ is: 'looking', claimed: false });
    }
  });

  it.each<readonly [SlotState, SlotState, readonly SlotEffect[]]>([
    [state(watching, silent), state(watching, { aliveAt: NOW }), []],
    [state(waiting(NOW + 9)), state(watching, { aliveAt: NOW }), []],
    [state(waiting(NOW + 9), revoked), state(waiting(NOW), { ...revoked, aliveAt: NOW }), []],
    [state(looking(false)), state(waiting(NOW), { aliveAt: NOW }), []],
    [state(looking(true)), state(claimed(NOW), { aliveAt: NOW }), []],
    [state({ is: 'claiming' }), state({ is: 'claiming' }, { aliveAt: NOW }), [claim]],
    [state(claimed(NOW + 9)), state(claimed(NOW), { aliveAt: NOW }), []],
    [state({ is: 'starting' }), state({ is: 'starting' }, { aliveAt: NOW }), [start]],
    [state({ is: 'promoted' }), state({ is: 'promoted' }, { aliveAt: NOW }), []],
  ])('is found after a start as it was: %j', (from, to, effects) => {
    expect(recoverSlot(from, NOW)).toEqual({ state: to, effects });
  });

  it('has heard nothing when the place is new', () => {
    expect(newSlot(NOW)).toEqual(state(watching, { beat: -1, aliveAt: NOW }));
  });
});

describe('a standby of an official primary', () => {
  const { keys, life, workload } = vectors;
  const slot: Slot = {
    primary: keys.primary.hex,
    index: 0,
    peers: [keys.second.hex],
    quorum: 2,
    expiresAt: EXPIRES * 1e6,
  };
  const first = life.heartbeats[0]!.created_at * 1000;
  const last = life.heartbeats.at(-1)!.created_at * 1000;
  /** Its heartbeats as they come, half a second after each, with ticks in between. */
  const watched = (until: number): SlotState => {
    let now = newSlot(first);
    for (let at = first; at <= until; at += 500) {
      const beat = life.heartbeats.find(({ created_at }) => created_at * 1000 === at - 500);
      const event: SlotEvent = beat ? { is: 'beat', timestamp: readHeartbeat(readEvent(beat)!)!.timestamp } : tick;
      now = stepSlot(now, event, at, slot).state;
    }
    return now;
  };

  it('waits while its heartbeats come, and 180 s longer', () => {
    expect(watched(last + SILENCE).phase).toEqual(watching);
    expect(watched(last + 500 + SILENCE).phase).toEqual({ is: 'waiting', until: last + 500 + SILENCE });
  });

  it('counts from the heartbeat that the official provider has published', () => {
    const beat = readHeartbeat(readEvent(official.heartbeat)!)!;
    const at = beat.timestamp * 1000;
    const known = stepSlot(newSlot(at - 1000), { is: 'beat', timestamp: beat.timestamp }, at, slot).state;
    expect(stepSlot(known, tick, at + SILENCE - 1, slot).state.phase).toEqual(watching);
    expect(stepSlot(known, tick, at + SILENCE, slot).state.phase).toEqual(waiting(at + SILENCE));
  });

  it('takes its revocation, and nobody else’s', () => {
    const revocation = readRevocation(readEvent(life.revocation)!)!;
    expect(revocation.workload_id).toBe(workload);
    const by = revocation.primary_provider_npub;
    expect(stepSlot(watched(last), { is: 'revoked', by }, last, slot).state.phase).toEqual(waiting(last));
    const other: Slot = { ...slot, primary: keys.second.hex };
    expect(stepSlot(newSlot(last), { is: 'revoked', by }, last, other).state.phase).toEqual(watching);
  });

  it('leaves it to an official standby that has announced itself', () => {
    const word = readPromotion(readEvent(life.announcement)!)!;
    const promotions = [{ by: word.new_primary_npub, state: word.state }];
    const seen = looked({ promotions });
    expect(stepSlot(state(looking(false)), seen, NOW, slot).state.phase).toEqual({ is: 'dropped', why: 'peer' });
  });
});

describe('a look', () => {
  const { keys, workload, life, at } = vectors;
  const events = [...life.heartbeats, life.announcement].map((event) => readEvent(event)!);
  const last = events.at(-2)!;
  const now = (at + 1200) * 1000;
  const own = keys.standby.hex;
  const what: LookFor = {
    workload,
    own,
    primary: keys.primary.hex,
    peers: [keys.second.hex],
    beat: last.created_at - 60,
    reservedAt: at,
  };
  const echo = readEvent({
    ...vectors.heartbeats[0]!.event,
    pubkey: own,
    created_at: at + 1190,
    content: JSON.stringify({ ...vectors.heartbeats[0]!.reads, provider_npub: own, timestamp: at + 1190 }),
  })!;
  const relays = ['wss://one', 'wss://two', 'wss://three'];
  const answers = (list: readonly (typeof last)[], answered = relays) => ({
    events: list.map((event) => ({ event, relays })),
    answered,
  });

  it('asks for what is newer than what is known, of those who count', () => {
    const filters = lookFilters(what, now);
    expect(events.filter((event) => matches(filters, event))).toEqual([last, events.at(-1)]);
    expect(matches(filters, echo)).toBe(true);
    expect(lookFilters({ ...what, peers: [] }, now)).toHaveLength(2);
    expect(lookFilters({ ...what, beat: -1 }, now)[0]).toMatchObject({ since: at - 600 });
  });

  it('finds the newest heartbeat of an official primary, and the standby that has promoted', () => {
    expect(lookOf(answers([...events, echo]), what, now)).toEqual({
      relays: 3,
      beat: last.created_at,
      promotions: [{ by: keys.second.hex, state: 'promoted' }],
    });
  });

  it('counts relays that answered to the end and showed our own heartbeat of late', () => {
    expect(lookOf(answers([echo], ['wss://one', 'wss://four']), what, now).relays).toBe(1);
    expect(lookOf(answers([]), what, now)).toEqual({ relays: 0, beat: undefined, promotions: [] });
    expect(lookOf(answers([echo]), what, now + 120_000).relays).toBe(0);
  });

  it('takes the later of two words, in whatever order they come', () => {
    const said = events.at(-1)!;
    const later = {
      ...said,
      created_at: said.created_at + 1,
      content: said.content.replace('}', ',"state":"withdrawn"}'),
    };
    for (const list of [
      [said, later],
      [later, said],
    ]) {
      expect(lookOf(answers(list), what, now).promotions).toEqual([{ by: keys.second.hex, state: 'withdrawn' }]);
    }
  });

  it('does not take the end of an earlier workload by the same name for that of this one', () => {
    const said = events.at(-1)!;
    expect(lookOf(answers([said]), { ...what, reservedAt: said.created_at + 121 }, now).promotions).toEqual([]);
    expect(isEarlier(life.revocation.created_at, at)).toBe(false);
    expect(isEarlier(life.revocation.created_at, life.revocation.created_at + 121)).toBe(true);
  });

  it('asks nobody else about promotions', () => {
    expect(lookOf(answers(events), { ...what, peers: [] }, now).promotions).toEqual([]);
  });
});
