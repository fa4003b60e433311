// Ecash: what is held at which mint, what is under way, and how it comes in and goes out. Amounts are whole numbers of the unit. No
// answer but that of `wallet.words`, `wallet.token` and `wallet.tokenOf` has anything in it that could be spent.
import { z } from 'zod';
import { BackupName, GivenPassphrase } from './backup.ts';
import { inFront, Nothing, Reason, request, Time } from './define.ts';
import { Currency, EntryKind } from './earnings.ts';
import { RateSource } from './settings/wallet.ts';

const Units = z.number().int().nonnegative();
const Amount = z.number().int().positive();
const Unit = z.enum(['sat', 'msat']);
const MintUrl = z.string().min(1).max(512);
const Token = z.string().min(1).max(70_000);

const Holding = z.object({
  unit: z.string(),
  /** Can be spent; is in something under way; was given away as a token and not seen redeemed; is spent at the mint, and not by us. */
  unspent: Units,
  reserved: Units,
  sent: Units,
  lost: Units,
  /** Of what can be spent or is under way. */
  proofs: Units,
  /** What the entries of the ledger say of it. */
  bookedMicro: z.number().int(),
  entries: Units,
  /** Books less proofs: 0, unless money is missing or too much. */
  differenceMicro: z.number().int(),
  /** Of what can be spent: what networks may still have to give back. No automatic payout takes it. */
  promised: Units,
  /** How it came about: what each kind of entry made of it, with its sign. Together they are `bookedMicro`. */
  flow: z.array(z.object({ kind: EntryKind, amountMicro: z.number().int(), entries: Units })),
});

/** What a mint says of itself to one who may want to trust it: its own words, cut, without what can't be seen. */
const MintFacts = z.object({
  url: z.string(),
  name: z.string().nullable(),
  description: z.string().nullable(),
  /** What it wants its users to know just now. */
  motd: z.string().nullable(),
  version: z.string().nullable(),
  /** It finds again what was made there (NUT-09). */
  restores: z.boolean(),
  /** Those in units that the wallet takes; `feePpk` as below. */
  keysets: z.array(z.object({ unit: z.string(), active: z.boolean(), feePpk: Units })),
});
export type MintFacts = z.infer<typeof MintFacts>;

const MintView = z.object({
  url: z.string(),
  name: z.string().nullable(),
  trusted: z.boolean(),
  /** It finds again what was made there (NUT-09). */
  restores: z.boolean(),
  /** The wallet was put back from a backup, and has not asked it since what there is. */
  stale: z.boolean(),
  /** Since this program began: when it last answered, and since when it has not. Null: it did not, or it does. */
  answeredAt: Time.nullable(),
  silentSince: Time.nullable(),
  keysets: z.array(
    z.object({
      id: z.string(),
      unit: z.string(),
      active: z.boolean(),
      /** Thousandths of a unit for each proof that is spent. */
      feePpk: Units,
      expiresAt: Time.nullable(),
    }),
  ),
  holdings: z.array(Holding),
});

export const WalletOperation = z.object({
  id: z.number().int(),
  at: Time,
  kind: z.enum(['receive', 'send', 'swap', 'pay', 'deposit', 'restore']),
  mint: z.string(),
  unit: z.string(),
  state: z.enum(['open', 'done', 'failed']),
  /** Of a restore: what was found so far. */
  amount: Units,
  /** What it took beyond the amount; null: not known yet. */
  fee: Units.nullable(),
  /** Of a payment: whom it goes to; of a deposit: the invoice to be paid. */
  to: z.string().nullable(),
  /** Of a deposit: how long its invoice can be paid; null: for ever, or it is none. */
  until: Time.nullable(),
  /** A payout that was made by itself, as `wallet.payout` is set. */
  automatic: z.boolean(),
  /** Of a restore: how many outputs the mint was asked about so far. Null: of everything else. */
  asked: Units.nullable(),
  /** Why it waits, or has failed. */
  reason: Reason.nullable(),
  endedAt: Time.nullable(),
});
export type WalletOperation = z.infer<typeof WalletOperation>;

/** What its user should know, each with what to do next. The reason's code is `wallet.alert-…`. */
export const WalletAlert = z.object({
  kind: z.enum(['mint-away', 'keyset-expires', 'difference', 'backup']),
  /** null: it is about no one mint. */
  mint: z.string().nullable(),
  /** Since when, or until when; null: not known. */
  at: Time.nullable(),
  reason: Reason,
});
export type WalletAlert = z.infer<typeof WalletAlert>;

export const PayoutView = z.object({
  /**
   * Below: there is not enough yet. Under way: a payment is, automatic or not, and until it has ended nothing else is paid out. Waits:
   * the last try failed for `reason`, and the next is at `nextAt`.
   */
  state: z.enum(['off', 'below', 'under-way', 'waits']),
  reason: Reason.nullable(),
  nextAt: Time.nullable(),
});
export type PayoutView = z.infer<typeof PayoutView>;

/** What a bitcoin is worth by the source that the user has switched on. */
export const RateView = z.object({
  source: RateSource,
  currency: Currency,
  /** Of one bitcoin, and when the source said so; null: it did not yet. */
  price: z.number().positive().nullable(),
  at: Time.nullable(),
  /** Why the last question had no answer. */
  reason: Reason.nullable(),
});
export type RateView = z.infer<typeof RateView>;

/** How many of the words are asked back. */
export const WORDS_ASKED = 3;
const Position = z.number().int().min(1).max(12);

/** What a restore test found at one mint in one unit, and whether it is what the running wallet has there. */
const TestedMint = z.object({
  mint: z.string(),
  unit: z.string(),
  state: z.enum(['ok', 'failed']),
  found: Units,
  held: Units,
  reason: Reason,
});
export const WalletRestoreTest = z.object({
  at: Time,
  took: z.number().nonnegative(),
  ok: z.boolean(),
  mints: z.array(TestedMint),
});
export type WalletRestoreTest = z.infer<typeof WalletRestoreTest>;

export const WalletView = z.object({
  /** Whether there is one: nothing else is said before. */
  exists: z.boolean(),
  mints: z.array(MintView),
  /** What is under way, oldest first. */
  pending: z.array(WalletOperation),
  alerts: z.array(WalletAlert),
  payout: PayoutView,
  /** Null: no source is switched on, or there is no currency. */
  rate: RateView.nullable(),
  /** The public key that tokens can be locked to for this wallet (NUT-11). Null: there is none. */
  lockKey: z.string().nullable(),
  /** When its user last showed that the words are written down: by some of them, or by a restore test with all. */
  wordsProvenAt: Time.nullable(),
});
export type WalletView = z.infer<typeof WalletView>;

const PaymentOffer = z.object({
  id: z.string(),
  mint: z.string(),
  unit: z.string(),
  to: z.string(),
  amount: Units,
  /** What Lightning may take at most, and what the mint takes for it. */
  reserve: Units,
  mintFee: Units,
  description: z.string(),
});
export type PaymentOffer = z.infer<typeof PaymentOffer>;

const TokenMade = z.object({ operation: WalletOperation, token: Token.nullable() });

export const walletRequests = {
  'wallet.get': request(Nothing, WalletView),
  /** What its user should know, wherever they are; nothing where there is no wallet. */
  'wallet.alerts': request(Nothing, z.array(WalletAlert)),
  /** Makes it, of new words, or of those of one that is to be found again. */
  'wallet.make': inFront(request(z.object({ words: z.string().max(400).optional() }), WalletView)),
  'wallet.words': inFront(request(Nothing, z.object({ words: z.string() }))),
  /** Asks a mint who it is; nothing is kept. */
  'wallet.mint': inFront(request(z.object({ url: MintUrl }), MintFacts)),
  'wallet.trust': inFront(request(z.object({ url: MintUrl, anyway: z.boolean().default(false) }), WalletView)),
  /** Nothing new is taken there; what is held stays. */
  'wallet.distrust': request(z.object({ url: MintUrl }), WalletView),
  /** What a token says of itself; no mint is asked. */
  'wallet.look': request(
    z.object({ token: Token }),
    z.object({ mint: z.string(), unit: z.string(), amount: Units, proofs: Units, memo: z.string().nullable() }),
  ),
  'wallet.receive': request(z.object({ token: Token }), WalletOperation),
  'wallet.deposit': request(z.object({ amount: Amount, mint: MintUrl, unit: Unit.default('sat') }), WalletOperation),
  /** What the mint would take for making a token. Nothing is made, and it is not asked. */
  'wallet.tokenFee': request(
    z.object({ amount: Amount, mint: MintUrl.optional(), unit: Unit.default('sat') }),
    z.object({ mint: z.string(), fee: Units }),
  ),
  /** Makes a token; null while the mint has not made it, to be asked for by `wallet.tokenOf` then. */
  'wallet.token': inFront(
    request(
      z.object({
        amount: Amount,
        mint: MintUrl.optional(),
        unit: Unit.default('sat'),
        memo: z.string().max(200).optional(),
      }),
      TokenMade,
    ),
  ),
  /** One that was made and not seen redeemed. */
  'wallet.tokenOf': inFront(request(z.object({ id: z.number().int() }), TokenMade)),
  /** What a payment would cost: to an invoice, or of an amount to a Lightning address. Nothing is paid. */
  'wallet.offer': request(
    z.object({
      to: z.string().min(1).max(4200),
      amount: Amount.optional(),
      mint: MintUrl.optional(),
      unit: Unit.default('sat'),
    }),
    PaymentOffer,
  ),
  'wallet.pay': inFront(request(z.object({ offer: z.string().max(64), mostFee: Units.optional() }), WalletOperation)),
  /** From one mint to another, by Lightning. */
  'wallet.move': inFront(
    request(
      z.object({ amount: Amount, from: MintUrl, to: MintUrl, mostFee: Units.optional(), unit: Unit.default('sat') }),
      WalletOperation,
    ),
  ),
  /** Asks again at once for one that waits. */
  'wallet.retry': request(z.object({ id: z.number().int() }), WalletOperation),
  /** Holds what is here against the mint: how much of it is spent there, and not by us. */
  'wallet.check': request(z.object({ mint: MintUrl }), z.object({ lost: Units })),
  /** Finds everything again that the words have at a mint, and puts the books right. */
  'wallet.restore': request(z.object({ mint: MintUrl }), z.array(WalletOperation)),
  /** Which of the words to ask for, counted from 1. The words themselves are not in it. */
  'wallet.askWords': request(Nothing, z.object({ positions: z.array(Position).length(WORDS_ASKED) })),
  /** The words at these places, in their order. `wrong` has the places of those that are not; then others are to be asked for. In front, as `wallet.words`: it could be guessed at. */
  'wallet.proveWords': inFront(
    request(
      z.object({ words: z.array(z.string().max(20)).length(WORDS_ASKED) }),
      z.object({ right: z.boolean(), wrong: z.array(Position) }),
    ),
  ),
  /**
   * The restore test: finds everything again in a throw-away wallet, from words that were typed, from those in a backup, or from its
   * own, and compares. The running wallet is only looked at.
   */
  'wallet.restoreTest': request(
    z.union([
      z.strictObject({}),
      z.strictObject({ words: z.string().max(400) }),
      z.strictObject({ backup: BackupName, passphrase: GivenPassphrase }),
    ]),
    WalletRestoreTest,
  ),
  /** The entries of the ledger that a movement made, oldest first. */
  'wallet.entries': request(
    z.object({ id: z.number().int() }),
    z.array(
      z.object({
        id: z.number().int(),
        at: Time,
        network: z.string(),
        kind: EntryKind,
        unit: z.string(),
        reference: z.string(),
        amountMicro: z.number().int(),
      }),
    ),
  ),
  /** Newest first. */
  'wallet.history': request(
    z.object({ before: z.number().int().optional(), limit: z.number().int().min(1).max(200).default(50) }),
    z.object({ items: z.array(WalletOperation), next: z.number().int().nullable() }),
  ),
};
