// What mints, payers' tokens and Lightning addresses are held to: all of them are strangers, the mint one that was chosen.

import { type BoundTable, bound, valuesOf } from '../base/bounds.ts';

export const MINT_BOUNDS = {
  surface: 'mints and Lightning addresses',
  rows: {
    answer: bound(
      2 * 1024 * 1024,
      'bytes',
      'Of an answer: 64 keys of a keyset take five kilobytes, 300 restored outputs 150.',
    ),
    answerMs: bound(30_000, 'ms', 'What has not answered by then is asked again later; nothing is lost by that.'),
    paymentMs: bound(
      90_000,
      'ms',
      'A mint answers a payment when Lightning does, which takes longer than anything else.',
    ),
    depth: bound(16, 'levels', 'Of JSON: what a mint says of itself is the deepest.'),
    values: bound(50_000, 'items', 'Of JSON: 100 keysets and 300 outputs with their proofs are well below.'),
    keysets: bound(256, 'items', 'Keysets of one mint: one a month for twenty years.'),
    keys: bound(64, 'items', 'Keys of a keyset: one for each power of two.'),
    feePpk: bound(
      100_000,
      'items',
      'Thousandths of a unit for each input: a hundred units, far more than any mint asks.',
    ),
    detail: bound(200, 'characters', 'Of the sentence with which a mint refuses.'),
  },
} satisfies BoundTable;

export const TOKEN_BOUNDS = {
  surface: 'Cashu tokens',
  rows: {
    text: bound(64 * 1024, 'characters', 'Of a token: 200 proofs take about 60 kilobytes.'),
    proofs: bound(200, 'items', 'Proofs in a token: each costs the check of its signature.'),
    secret: bound(1024, 'characters', 'Of a proof: one that is locked to several keys has some hundred.'),
    amount: bound(
      9_000_000_000,
      'items',
      'Units in one operation: in millionths they still are whole numbers for the ledger.',
    ),
  },
} satisfies BoundTable;

export const PAYMENT_BOUNDS = {
  surface: 'payments to networks',
  rows: {
    atOnce: bound(
      32,
      'items',
      'Tokens of strangers that are being redeemed or weighed: with their texts 2 MB, and minutes of a mint that is slow.',
    ),
    memo: bound(200, 'characters', 'Of a token that gives something back.'),
  },
} satisfies BoundTable;

export const RATE_BOUNDS = {
  surface: 'sources of the price of a bitcoin',
  rows: {
    answerMs: bound(10_000, 'ms', 'Nothing waits for it: the page shows what was said last.'),
    everyMs: bound(60 * 60_000, 'ms', 'Between two questions: worth is shown to plan by, not to trade by.'),
    price: bound(1_000_000_000, 'items', 'In any currency: what is above is a mistake, and no worth is made of it.'),
  },
} satisfies BoundTable;

export const RATE = valuesOf(RATE_BOUNDS);
export const PAYMENT = valuesOf(PAYMENT_BOUNDS);
export const MINT = valuesOf(MINT_BOUNDS);
export const TOKEN = valuesOf(TOKEN_BOUNDS);
