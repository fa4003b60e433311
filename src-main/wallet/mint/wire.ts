// What mints say, as it is read: shapes of the NUTs, within bounds. Whatever else they say is left out.

import { z } from 'zod';
import { MINT, TOKEN } from '../bounds.ts';

/** Compressed points and scalars, in hex. */
export const Point = z.string().regex(/^0[23][0-9a-f]{64}$/);
const Scalar = z.string().regex(/^[0-9a-f]{64}$/);
/** NUT-02: version byte and hash; the oldest are 12 characters of base64. */
const KeysetId = z.string().regex(/^(?:[0-9a-f]{16}|[0-9a-f]{66}|[A-Za-z0-9+/]{12})$/);
const Units = z.number().int().nonnegative().max(TOKEN.amount);
const Unit = z.string().min(1).max(16);
const QuoteId = z.string().min(1).max(200);
/** Epoch seconds; 0 and null mean never. */
const Expiry = z.number().int().nonnegative().nullish();

/** For people, and cut before they see it: whatever else it is, the mint is none the worse for it. */
const Said = z.string().nullish().catch(null);

/** NUT-06, as far as it decides anything or is shown. */
export const MintInfo = z.object({
  name: z.string().max(200).nullish(),
  description: Said,
  motd: Said,
  version: Said,
  nuts: z.looseObject({ '9': z.object({ supported: z.boolean() }).nullish() }),
});
export type MintInfo = z.infer<typeof MintInfo>;

/** NUT-02. */
export const KeysetList = z.object({
  keysets: z
    .array(
      z.object({
        id: KeysetId,
        unit: Unit,
        active: z.boolean(),
        input_fee_ppk: z.number().int().nonnegative().max(MINT.feePpk).nullish(),
        final_expiry: Expiry,
      }),
    )
    .max(MINT.keysets),
});
export type ListedKeyset = z.infer<typeof KeysetList>['keysets'][number];

/** NUT-01: by amount, in decimals up to 2^63. */
export const KeysOf = z.object({
  keysets: z
    .array(z.object({ id: KeysetId, unit: Unit, keys: z.record(z.string().regex(/^[1-9]\d{0,19}$/), Point) }))
    .min(1)
    .max(MINT.keysets),
});

/** NUT-00 and NUT-12. */
export const Signature = z.object({
  id: KeysetId,
  amount: Units,
  C_: Point,
  dleq: z.object({ e: Scalar, s: Scalar }).nullish(),
});
export type Signature = z.infer<typeof Signature>;

export const Signatures = z.object({ signatures: z.array(Signature).max(1000) });

/** NUT-09: those outputs that were signed before, each with its signature. */
export const Restored = z.object({
  outputs: z.array(z.object({ B_: Point })).max(1000),
  signatures: z.array(Signature).max(1000),
});

/** NUT-07. */
export const States = z.object({
  states: z.array(z.object({ Y: Point, state: z.enum(['UNSPENT', 'PENDING', 'SPENT']) })).max(1000),
});
export type InputState = z.infer<typeof States>['states'][number]['state'];

/** NUT-23: a quote for money that comes in. Mints of before its `state` had `paid`. */
export const DepositQuote = z.object({
  quote: QuoteId,
  request: z.string().max(4096),
  state: z.enum(['UNPAID', 'PAID', 'ISSUED']),
  expiry: Expiry,
});
export type DepositQuote = z.infer<typeof DepositQuote>;

/** NUT-05 and NUT-08: a quote for a payment; `change` is what of the reserve came back. */
export const PaymentQuote = z.object({
  quote: QuoteId,
  amount: Units,
  fee_reserve: Units,
  state: z.enum(['UNPAID', 'PENDING', 'PAID']),
  expiry: Expiry,
  change: z.array(Signature).max(64).nullish(),
});
export type PaymentQuote = z.infer<typeof PaymentQuote>;

/** NUT-00: how a mint refuses. */
export const MintError = z.object({ code: z.number().int().catch(0).default(0), detail: z.unknown() });
