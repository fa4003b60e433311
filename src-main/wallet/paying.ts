// Paying by Lightning: first an offer that says what it costs at most, then the payment. And money that comes in the same way.

import { blanks } from './blinding/cashu.ts';
import { assertAmount, type Core, USER } from './core.ts';
import { FeeTooHigh, OtherAmount, QuoteExpired, TooLittle } from './errors.ts';
import { amountIn, type Invoice, invoiceOf, isInvoice, readInvoice } from './lightning.ts';
import { expectOk } from './mints.ts';
import type { DepositPlan, Operation } from './operation.ts';
import { choose, inputsOf, outputsOf } from './planner.ts';
import { feeOf, sumOf } from './select.ts';
import { msatIn, USUAL_UNIT } from './units.ts';

/** What was offered for a payment; nothing is paid before it is taken. */
export interface PaymentOffer {
  /** Our own name for it, good for ten minutes and one payment. */
  readonly id: string;
  readonly mint: string;
  readonly unit: string;
  /** As the user wrote it. */
  readonly to: string;
  readonly amount: number;
  /** What Lightning may take at most, and what the mint takes for the proofs. */
  readonly reserve: number;
  readonly mintFee: number;
  readonly description: string;
}

interface HeldOffer extends PaymentOffer {
  readonly invoice: Invoice;
  readonly quote: string;
  readonly until: number;
}

export interface OfferOptions {
  readonly amount?: number;
  readonly mint?: string;
  readonly unit?: string;
  /** What Lightning may take: more is refused by that name, even where there is not as much. */
  readonly mostFee?: number;
}

export interface PayOptions {
  readonly mostFee?: number | undefined;
  /** Paid out by itself, as its user has set it. */
  readonly automatic?: boolean;
}

const OFFER_MS = 10 * 60_000;
const MOST_OFFERS = 50;

export class Paying {
  readonly #core: Core;
  readonly #offers = new Map<string, HeldOffer>();

  constructor(core: Core) {
    this.#core = core;
  }

  /**
   * What a payment would cost: to an invoice, or of an amount to a Lightning address. Nothing is paid yet. Throws BadInvoice,
   * BadLightningAddress, OtherAmount where what is asked for is not what is meant, FeeTooHigh, NotEnough.
   */
  async offer(
    to: string,
    { amount, mint: url, unit = USUAL_UNIT, mostFee = Number.POSITIVE_INFINITY }: OfferOptions,
  ): Promise<PaymentOffer> {
    this.#core.seed();
    const { mints, store, deps } = this.#core;
    const invoice = await this.#invoice(to, amount, unit);
    const wanted = amountIn(unit, invoice);
    assertAmount(wanted);
    const mint = url === undefined ? this.#core.richest(unit, wanted) : this.#core.known(url);
    await mints.keysets(mint);
    const quote = expectOk(mint.url, await mints.clientOf(mint).quotePayment(invoice.text, unit));
    if (quote.amount !== wanted) throw new OtherAmount(invoice.amountMsat, quote.amount * msatIn(unit));
    if (quote.fee_reserve > mostFee) throw new FeeTooHigh(quote.fee_reserve, mostFee, unit);
    const inputs = choose(store, mint, unit, quote.amount + quote.fee_reserve);
    const offer: HeldOffer = {
      id: deps.random.id(),
      mint: mint.url,
      unit,
      to: isInvoice(to) ? invoice.text : to.trim(),
      amount: quote.amount,
      reserve: quote.fee_reserve,
      mintFee: feeOf(inputs),
      description: invoice.description,
      invoice,
      quote: quote.quote,
      until: deps.clock.now() + OFFER_MS,
    };
    this.#hold(offer);
    return shown(offer);
  }

  /**
   * Pays what was offered. An invoice is never paid under two quotes while the first may still be. Throws FeeTooHigh, NotEnough, and
   * QuoteExpired where the offer is no longer held.
   */
  async pay(id: string, { mostFee, automatic = false }: PayOptions): Promise<Operation> {
    const { mints, store, deps } = this.#core;
    const offer = this.#offers.get(id);
    const mint = offer && mints.byUrl(offer.mint);
    if (!offer || !mint || offer.until < deps.clock.now()) throw new QuoteExpired();
    return this.#core.alone(mint, offer.unit, async () => {
      const { unit, amount, reserve, quote, invoice, to } = offer;
      const once = `pay/${invoice.paymentHash}`;
      const before = store.once(once);
      if (before) return before;
      const active = await mints.active(mint, unit);
      const inputs = choose(store, mint, unit, amount + reserve);
      const fee = feeOf(inputs);
      if (mostFee !== undefined && fee + reserve > mostFee) throw new FeeTooHigh(fee + reserve, mostFee, unit);
      const { outputs, writes } = outputsOf(store, active, blanks(sumOf(inputs) - fee - amount));
      this.#offers.delete(id);
      const plan = {
        kind: 'pay',
        booking: USER,
        inputs: inputsOf(inputs),
        quote,
        invoice: invoice.text,
        amount,
        reserve,
        to,
        ...(automatic && { automatic }),
        outputs,
        renewed: 0,
      } as const;
      return this.#core.begin(mint, unit, plan, { once, inputs, writes });
    });
  }

  /** Asks a mint for an invoice; when it is paid, the amount is ours. */
  async deposit(amount: number, url: string, unit: string): Promise<Operation> {
    assertAmount(amount);
    this.#core.seed();
    const { mints } = this.#core;
    const mint = this.#core.trusted(url);
    return this.#core.alone(mint, unit, async () => {
      const active = await mints.active(mint, unit);
      const quote = expectOk(mint.url, await mints.clientOf(mint).quoteDeposit(amount, unit));
      const invoice = readInvoice(quote.request, this.#core.nowS());
      if (amountIn(unit, invoice) !== amount) throw new OtherAmount(amount * msatIn(unit), invoice.amountMsat);
      const plan: DepositPlan = {
        kind: 'deposit',
        booking: USER,
        quote: quote.quote,
        invoice: invoice.text,
        amount,
        expiry: quote.expiry || null,
        outputs: { keyset: active.id, start: 0, amounts: [] },
        renewed: 0,
      };
      return this.#core.begin(mint, unit, plan, { once: `deposit/${quote.quote}`, inputs: [], writes: [] });
    });
  }

  /** From one mint to another: an invoice of the one is paid by the other. Answers the payment. */
  async move(
    amount: number,
    from: string,
    to: string,
    { mostFee, unit = USUAL_UNIT }: { readonly mostFee?: number | undefined; readonly unit?: string },
  ): Promise<Operation> {
    const deposit = await this.deposit(amount, to, unit);
    const { invoice } = (deposit as Operation<DepositPlan>).plan;
    const offer = await this.offer(invoice, { mint: from, unit });
    const paid = await this.pay(offer.id, { mostFee });
    if (paid.state === 'done') await this.#core.operations.retry(deposit.id);
    return paid;
  }

  async #invoice(to: string, amount: number | undefined, unit: string): Promise<Invoice> {
    const { http, signal } = this.#core;
    const nowS = this.#core.nowS();
    if (!isInvoice(to)) {
      if (amount === undefined) throw new TooLittle();
      assertAmount(amount);
      return invoiceOf({ http, nowS }, to, amount * msatIn(unit), signal);
    }
    const invoice = readInvoice(to, nowS);
    if (amount !== undefined && invoice.amountMsat !== amount * msatIn(unit)) {
      throw new OtherAmount(amount * msatIn(unit), invoice.amountMsat);
    }
    return invoice;
  }

  #hold(offer: HeldOffer): void {
    const now = this.#core.deps.clock.now();
    for (const [id, { until }] of this.#offers) if (until < now) this.#offers.delete(id);
    if (this.#offers.size >= MOST_OFFERS) this.#offers.delete(this.#offers.keys().next().value!);
    this.#offers.set(offer.id, offer);
  }
}

function shown({ id, mint, unit, to, amount, reserve, mintFee, description }: HeldOffer): PaymentOffer {
  return { id, mint, unit, to, amount, reserve, mintFee, description };
}
