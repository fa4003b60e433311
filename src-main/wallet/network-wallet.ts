// What a network that is paid in ecash gets of the wallet: it redeems tokens for its jobs, gives back, and says what it may still have
// to give back. All of it is booked in the network's own name, and what it writes itself is committed with the proofs.

import { MICRO } from '../base/micro.ts';
import type { Write } from '../storage/write.ts';
import { pointOf } from './blinding/cashu.ts';
import { PAYMENT } from './bounds.ts';
import type { Core } from './core.ts';
import { RefundTooHigh, WalletBusy } from './errors.ts';
import { expectOk } from './mints.ts';
import type { Operation, Why } from './operation.ts';
import { onceOf, type Receiving } from './receiving.ts';
import type { Sending } from './sending.ts';
import { summarise } from './token.ts';
import { msatIn, USUAL_UNIT } from './units.ts';

/** What a token would bring, in msat. */
export interface WeighedToken {
  readonly mint: string;
  readonly unit: string;
  readonly amountMsat: number;
  /** What its mint takes for redeeming it. */
  readonly feeMsat: number;
  /** The same for the same proofs, however the token is written. */
  readonly fingerprint: string;
  /** As the mint says now: it may be another a moment later. */
  readonly state: 'unspent' | 'pending' | 'spent';
}

/** A token that was taken for a job. Open: it is not known yet whether its proofs are ours; it goes on by itself. */
export interface Payment {
  /** Of the wallet's operation. */
  readonly id: number;
  readonly job: number;
  readonly state: Operation['state'];
  readonly mint: string;
  readonly unit: string;
  /** What is ours of it, after the mint's fee. */
  readonly msat: number;
  /** Why it waits, or has failed. */
  readonly reason: Why | null;
}

/** What was given back; `token` is null while its mint has not made it, and once it was seen redeemed. */
export interface Refund {
  readonly id: number;
  readonly state: Operation['state'];
  readonly msat: number;
  readonly token: string | null;
  readonly reason: Why | null;
}

export interface NetworkBooks {
  /** The network's own secret key, 32 bytes in hex, for tokens that are locked to it; undefined: it has none. */
  lockKey?(): string | undefined;
  /** The network's own rows that say the same: committed with the proofs, in this run of the program or a later one. */
  received(payment: Payment): readonly Write[];
}

export interface NetworkWallet {
  /** Mints that its user trusts, to be named in an offer. */
  mints(): readonly string[];
  /** Whether it answers now. Never rejects. */
  reaches(mint: string): Promise<boolean>;
  /** Whether its user trusts the mint that a token names. Asks no one; throws BadToken. */
  takes(token: string): boolean;
  /** Before anything is promised for it. Throws as `receive`, and MintUnreachable. */
  weigh(token: string): Promise<WeighedToken>;
  /**
   * Redeems a token for a job, once: the same again answers what became of it. Throws, before its mint hears of it, BadToken,
   * UnknownMint, WrongUnit, TokenLocked, TooLittle, BelowPrice, and WalletBusy where too many are at it.
   */
  receive(token: string, options: { readonly job: number; readonly leastMsat: number }): Promise<Payment>;
  /** As it is now, by the number of a payment of this network; undefined: it has none by it. */
  payment(id: number): Payment | undefined;
  /** The same, by the fingerprint of its token; undefined: the mint was never asked for it in this network's name, or has refused. */
  paymentBy(fingerprint: string): Payment | undefined;
  /**
   * Gives back so much of what was paid for a job, less the mint's fee: a token. `once`: the same refund again answers the same token.
   * Throws RefundTooHigh for more than is left of what was paid.
   */
  refund(job: number, msat: number, options: { readonly once: string; readonly memo?: string }): Promise<Refund>;
  /**
   * What may still have to be given back for a payment's job, from when this write is committed on: no automatic payout takes it. 0:
   * nothing. A refund lowers it by itself.
   */
  promise(payment: Pick<Payment, 'job' | 'mint' | 'unit'>, msat: number): Write;
}

export interface NetworkParts {
  readonly core: Core;
  readonly receiving: Receiving;
  readonly sending: Sending;
}

/** All networks together: what strangers have under way. */
export class Payers {
  #now = 0;

  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#now >= PAYMENT.atOnce) throw new WalletBusy();
    this.#now += 1;
    try {
      return await work();
    } finally {
      this.#now -= 1;
    }
  }
}

export function networkWallet(
  parts: NetworkParts,
  payers: Payers,
  network: string,
  books: NetworkBooks,
): NetworkWallet {
  const { core, receiving, sending } = parts;
  const { mints, store } = core;
  const own = (operation: Operation | undefined): Payment | undefined =>
    operation?.plan.booking.network === network ? paymentOf(core, operation) : undefined;
  return {
    mints: () =>
      mints
        .all()
        .filter(({ trusted }) => trusted)
        .map(({ url }) => url),
    reaches: async (mint) => {
      try {
        await mints.refresh(core.known(mint));
        return true;
      } catch {
        return false;
      }
    },
    takes: (token) => mints.byUrl(summarise(token).mint)?.trusted === true,
    weigh: (token) =>
      payers.take(async () => {
        const { mint, unit, amount, fee, fingerprint, proofs } = await receiving.weigh(token, books.lockKey?.());
        const ys = proofs.map(({ secret }) => pointOf(secret));
        const states = expectOk(mint.url, await mints.clientOf(mint).check(ys));
        const state = states.includes('SPENT') ? 'spent' : states.includes('PENDING') ? 'pending' : 'unspent';
        const msat = msatIn(unit);
        return { mint: mint.url, unit, amountMsat: amount * msat, feeMsat: fee * msat, fingerprint, state };
      }),
    receive: (token, { job, leastMsat }) =>
      payers.take(async () => {
        const least = Math.max(1, Math.ceil(leastMsat / msatIn(summarise(token).unit)));
        const booking = { network, job };
        return paymentOf(core, await receiving.receive(token, { booking, least, lockKey: books.lockKey?.() }))!;
      }),
    payment: (id) => own(store.operation(id)),
    paymentBy: (fingerprint) => own(store.once(onceOf(fingerprint))),
    refund: async (job, msat, { once, memo }) => {
      const name = `refund/${network}/${once}`;
      const before = store.once(`send/${name}`);
      const [paid] = store.paidFor(job, network);
      const unit = before?.unit ?? paid?.unit ?? USUAL_UNIT;
      const amount = Math.floor(msat / msatIn(unit));
      const assert = () => {
        const left =
          Math.floor((store.paidFor(job, network)[0]?.amountMicro ?? 0) / MICRO) - underWay(core, network, job);
        if (amount > left) throw new RefundTooHigh(amount, left, unit);
      };
      if (!before) assert();
      const mint = mints.byId(before?.mint ?? paid!.mint).url;
      const text = memo?.slice(0, PAYMENT.memo);
      const booking = { network, job };
      const options = { mint, unit, booking, once: name, feeWithin: true, assert, ...(text && { memo: text }) };
      return refundOf(await sending.send(amount, options), (id) => sending.tokenOf(id));
    },
    promise: ({ job, mint, unit }, msat) => {
      const held = core.known(mint);
      return store.promise(network, job, held.id, unit, Math.max(0, Math.ceil(msat / msatIn(unit))));
    },
  };
}

/** What an operation means for its network; undefined: it is no payment. */
function paymentOf({ mints }: Core, { id, plan, state, mint, unit, reason }: Operation): Payment | undefined {
  const { job } = plan.booking;
  if (plan.kind !== 'receive' || job === null) return undefined;
  const msat = (plan.amount - plan.fee) * msatIn(unit);
  return { id, job, state, mint: mints.byId(mint).url, unit, msat, reason };
}

/** What is committed with a network's operation that is done, besides its proofs and entries. */
export function settledWrites(core: Core, operation: Operation, books: NetworkBooks | undefined): readonly Write[] {
  const { plan, mint, unit } = operation;
  const { network, job } = plan.booking;
  if (job === null) return [];
  if (plan.kind === 'send') return [core.store.keepPromise(network, job, mint, unit, plan.amount + plan.fee)];
  const payment = paymentOf(core, { ...operation, state: 'done' });
  return (payment && books?.received(payment)) ?? [];
}

function refundOf({ id, state, unit, plan, reason }: Operation, tokenOf: (id: number) => string | undefined): Refund {
  const amount = plan.kind === 'send' ? plan.amount : 0;
  return { id, state, msat: amount * msatIn(unit), token: tokenOf(id) ?? null, reason };
}

/** Of a job: refunds that are not booked yet, with their fees. */
function underWay({ store }: Core, network: string, job: number): number {
  return store
    .open()
    .flatMap(({ plan }) =>
      plan.kind === 'send' && plan.booking.network === network && plan.booking.job === job ? [plan] : [],
    )
    .reduce((sum, { amount, fee }) => sum + amount + fee, 0);
}
