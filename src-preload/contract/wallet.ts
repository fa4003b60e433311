// Ecash: what is held at which mint, what is under way, and how it comes in and goes out. Amounts are whole numbers of the unit. No
// answer but that of `wallet.words`, `wallet.token` and `wallet.tokenOf` has anything in it that could be spent.
import { z } from 'zod';
import { inFront, Nothing, Reason, request, Time } from './define.ts';

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
});

const MintView = z.object({
  url: z.string(),
  name: z.string().nullable(),
  trusted: z.boolean(),
  /** It finds again what was made there (NUT-09). */
  restores: z.boolean(),
  /** The wallet was put back from a backup, and has not asked it since what there is. */
  stale: z.boolean(),
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
  /** Why it waits, or has failed. */
  reason: Reason.nullable(),
  endedAt: Time.nullable(),
});
export type WalletOperation = z.infer<typeof WalletOperation>;

export const WalletView = z.object({
  /** Whether there is one: nothing else is said before. */
  exists: z.boolean(),
  mints: z.array(MintView),
  /** What is under way, oldest first. */
  pending: z.array(WalletOperation),
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
  /** Makes it, of new words, or of those of one that is to be found again. */
  'wallet.make': inFront(request(z.object({ words: z.string().max(400).optional() }), WalletView)),
  'wallet.words': inFront(request(Nothing, z.object({ words: z.string() }))),
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
  /** Newest first. */
  'wallet.history': request(
    z.object({ before: z.number().int().optional(), limit: z.number().int().min(1).max(200).default(50) }),
    z.object({ items: z.array(WalletOperation), next: z.number().int().nullable() }),
  ),
};
