// What relays, and those who write to us through them, are held to. The user chose the relays; what passes through them is anybody's.

import { type BoundTable, bound, valuesOf } from '../base/bounds.ts';

export const RELAY_BOUNDS = {
  surface: 'Nostr relays',
  rows: {
    message: bound(
      512 * 1024,
      'bytes',
      'Of one message: the largest event that is read, and as much again for what JSON escapes. Compression is not offered, so no byte becomes more.',
    ),
    depth: bound(6, 'levels', 'Of JSON: an event in its message has four.'),
    values: bound(12_000, 'items', 'Of JSON: as many tags as are read, with a few values each.'),
    events: bound(50, 'per second', 'Read of one relay for long: each costs the check of its signature.'),
    burst: bound(
      500,
      'items',
      'Messages read at once, as when stored events come. A relay that sends more is read later.',
    ),
    faults: bound(
      20,
      'items',
      'Messages that are broken, forged or not asked for, before the relay is left alone: mistakes are fewer.',
    ),
    restMs: bound(600_000, 'ms', 'For so long a relay that said too much that is wrong is left alone.'),
    connectMs: bound(20_000, 'ms', 'A relay that has not taken the connection by then is tried again later.'),
    silentMs: bound(90_000, 'ms', 'A connection without a word or an answer to a ping is dead.'),
    storedMs: bound(
      20_000,
      'ms',
      'What is stored ends by then. A relay that never says so is listened to all the same, and asked again from the start.',
    ),
    stored: bound(500, 'items', 'Stored events wanted for one filter, the newest: most relays give no more.'),
    answerMs: bound(10_000, 'ms', 'A published event that no OK has come for is published again later.'),
    said: bound(200, 'characters', 'Of a sentence that a relay says.'),
    kept: bound(8, 'items', 'Sentences of each relay that are kept to be shown.'),
    subscriptions: bound(
      12,
      'items',
      'Subscriptions at each relay: with the questions beside them, several relays take no more than twenty.',
    ),
    asked: bound(
      2000,
      'items',
      'Events that one question is answered with, of all relays: what comes after them is let go.',
    ),
    questions: bound(4, 'items', 'Questions at once: the others wait until one of them is answered.'),
    relays: bound(16, 'items', 'Relays at once: each gets a copy of all that is published.'),
    document: bound(64 * 1024, 'bytes', 'Of what a relay says of itself (NIP-11): most take two kilobytes.'),
    documentMs: bound(15_000, 'ms', 'What a relay says of itself can wait for another day.'),
  },
} satisfies BoundTable;

export const EVENT_BOUNDS = {
  surface: 'Nostr events',
  rows: {
    content: bound(
      256 * 1024,
      'bytes',
      'Of the content: a request with 200 proofs takes 180 kilobytes once it is wrapped twice.',
    ),
    tags: bound(2000, 'items', 'Tags of an event, as most relays have it.'),
    tag: bound(32, 'items', 'Values of a tag.'),
    value: bound(4096, 'characters', 'Of a value in a tag.'),
    plain: bound(128 * 1024, 'bytes', 'Of a message once it is opened, or of the seal in its wrap twice as much.'),
    futureMs: bound(900_000, 'ms', 'Ahead of our clock: one that is wrong by more is not believed.'),
    seen: bound(100_000, 'items', 'Events remembered so that none is acted on twice: at most 20 megabytes.'),
    seenMs: bound(
      4 * 86_400_000,
      'ms',
      'Events are remembered for twice as long as a gift wrap may be dated back (NIP-59: two days).',
    ),
    passed: bound(20_000, 'items', 'Events that were handed on in this run, remembered until they are acted on.'),
    waiting: bound(
      10_000,
      'items',
      'Events of our own that wait for relays. Beyond, no more are taken, and the network that publishes hears so.',
    ),
  },
} satisfies BoundTable;

export const KEY_BOUNDS = {
  surface: 'Nostr keys that are pasted',
  rows: {
    text: bound(1024, 'characters', 'Of a pasted key: the longest form has 162.'),
    cost: bound(
      18,
      'levels',
      'Doublings of the work that opens a sealed key (NIP-49): 18 take 256 MiB of memory, 16 are usual.',
    ),
  },
} satisfies BoundTable;

export const RELAY = valuesOf(RELAY_BOUNDS);
export const EVENT = valuesOf(EVENT_BOUNDS);
export const KEY = valuesOf(KEY_BOUNDS);
