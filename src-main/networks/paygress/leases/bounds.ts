// What customers are held to beside the shape of their messages: how often they ask, how much is done for them at once, how long it takes.

import { type BoundTable, bound, valuesOf } from '../../../base/bounds.ts';

const MINUTE = 60_000;

export const ADMISSION_BOUNDS = {
  surface: 'Paygress requests',
  rows: {
    atOnce: bound(8, 'at once', 'Requests that are being worked on: each may hold a container that is being made.'),
    waiting: bound(64, 'items', 'Requests that wait for their turn: beyond, they are told to come back.'),
    unopened: bound(1000, 'items', 'Letters that wait to be opened: what comes beyond is brought by its relay again.'),
    perKey: bound(
      20,
      'per minute',
      'Requests of one customer: a stream of small payments takes one every few seconds.',
    ),
    perRelay: bound(300, 'per minute', 'Messages that one relay brings: each costs a decryption.'),
    keys: bound(10_000, 'items', 'Customers whose rate is remembered: the longest silent are forgotten.'),
    nonsenseMs: bound(60 * MINUTE, 'ms', 'Who writes what is no request hears so once in this time.'),
    freshMs: bound(
      10 * MINUTE,
      'ms',
      'An older request is not fulfilled: who asked has gone, and the token may be elsewhere.',
    ),
    answerMs: bound(100_000, 'ms', 'A spawn is answered by then: official programs wait for two minutes.'),
    topUpMs: bound(50_000, 'ms', 'A top-up is answered by then: official programs wait for one minute.'),
    routerMs: bound(15_000, 'ms', 'A router that has not opened a port for a customer by then is taken to say no.'),
    repliesMs: bound(15 * MINUTE, 'ms', 'An answer that no relay has taken by then is of no use any more.'),
    leaseS: bound(
      90 * 86_400,
      'items',
      'Seconds that one payment can buy: nobody knows what a computer does next year.',
    ),
  },
} satisfies BoundTable;

export const ADMISSION = valuesOf(ADMISSION_BOUNDS);
