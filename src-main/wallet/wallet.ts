// The wallet: what its user and the networks can do with ecash (Cashu). Made when it is first wanted, with 12 words; until then it
// holds nothing and asks no one.

import { createHash } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import type { Clock } from '../base/clock.ts';
import type { Service } from '../base/lifecycle.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import { Yielder } from '../base/yielder.ts';
import type { Ledger } from '../payments/ledger.ts';
import type { Vault } from '../secrets/vault.ts';
import type { Committer } from '../storage/write.ts';
import { OWN } from './books.ts';
import { TOKEN } from './bounds.ts';
import { checkMint, type Holding, holdings } from './check.ts';
import {
  BadToken,
  FeeTooHigh,
  NotEnough,
  NoWallet,
  OtherAmount,
  TooLittle,
  UnknownMint,
  WalletExists,
  WrongUnit,
} from './errors.ts';
import { amountIn, type Invoice, invoiceOf, isInvoice, readInvoice } from './lightning.ts';
import { mintClient } from './mint/client.ts';
import { type Http, OutboundHttp } from './mint/http.ts';
import { mintUrl } from './mint/url.ts';
import { expectOk, Mints, UNITS } from './mints.ts';
import type { AskPlan, Booking, DepositPlan, Operation, SendPlan } from './operation.ts';
import { type Ask, Operations } from './operations.ts';
import { blanks, spendable, split } from './outputs.ts';
import { choose, inputsOf, outputsOf } from './planner.ts';
import { type RestoreProgress, Restorer } from './restore.ts';
import { heldWords, keepWords, newWords, readWords, seedOf } from './seed.ts';
import { feeOf, type Spendable, sumOf } from './select.ts';
import { type Keyset, type Mint, WalletStore } from './store.ts';
import { encode, isGenuine, open, summarise, type TokenSummary, toWire } from './token.ts';

export interface WalletDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly committer: Committer;
  readonly read: Database;
  readonly ledger: Pick<Ledger, 'book'>;
  readonly vault: Vault;
  /** For tests: the real one otherwise. */
  readonly http?: Http;
}

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

const OFFER_MS = 10 * 60_000;
const MOST_OFFERS = 50;
const CHECK_MS = 60 * 60_000;
const FIRST_CHECK_MS = 60_000;
const USER: Booking = { network: OWN, job: null };

export class Wallet implements Service {
  readonly name = 'wallet';
  readonly #deps: WalletDeps;
  readonly #http: Http;
  readonly #store: WalletStore;
  readonly #mints: Mints;
  readonly #operations: Operations;
  readonly #restorer: Restorer;
  readonly #offers = new Map<string, HeldOffer>();
  readonly #stop = new AbortController();
  #seed: Uint8Array | undefined;
  #loop: Promise<void> = Promise.resolve();
  #started = false;

  constructor(deps: WalletDeps) {
    this.#deps = deps;
    this.#http = deps.http ?? new OutboundHttp();
    this.#store = new WalletStore(deps.read);
    const { signal } = this.#stop;
    const client = (url: string) => mintClient(this.#http, { url, mayBePrivate: true }, signal);
    const own = { ...deps, store: this.#store, seed: () => this.#seeded() };
    this.#mints = new Mints({ ...own, client });
    this.#operations = new Operations({ ...own, mints: this.#mints });
    this.#restorer = new Restorer({ ...own, mints: this.#mints, operations: this.#operations });
  }

  /** Goes on with what was open when the program ended. */
  async start(): Promise<void> {
    if (this.#started || !this.exists) return;
    this.#started = true;
    this.#operations.resume();
    this.#loop = this.#upkeep(this.#stop.signal);
  }

  async stop(): Promise<void> {
    this.#stop.abort(new DOMException('the node stops', 'AbortError'));
    await this.#operations.stop();
    await this.#loop;
    await this.#http.close();
  }

  get exists(): boolean {
    return heldWords(this.#deps.vault) !== undefined;
  }

  /** The words, for the one who holds this computer to write down. */
  words(): string {
    const words = heldWords(this.#deps.vault);
    if (words === undefined) throw new NoWallet();
    return words;
  }

  /** Makes the wallet: of new words, or of those of one that is to be found again. Throws WalletExists, BadWords. */
  async make(words?: string): Promise<void> {
    const { vault, random } = this.#deps;
    if (this.exists) throw new WalletExists();
    await keepWords(vault, words === undefined ? newWords(random) : readWords(words));
    await this.start();
  }

  mints(): readonly Mint[] {
    return this.#mints.all();
  }

  keysets(mint: Mint): readonly Keyset[] {
    return this.#store.keysets(mint.id);
  }

  holdings(): readonly Holding[] {
    return holdings(this.#store);
  }

  /** Newest first, below number `before`. */
  operations(before: number, limit: number): readonly Operation[] {
    return this.#store.page(before, limit);
  }

  operation(id: number): Operation | undefined {
    return this.#store.operation(id);
  }

  /** What is under way. */
  pending(): readonly Operation[] {
    return this.#store.open();
  }

  onChange(listener: () => void): () => void {
    return this.#operations.onChange(() => listener());
  }

  onProgress(listener: (progress: RestoreProgress) => void): () => void {
    return this.#restorer.onProgress(listener);
  }

  /** A mint that money may come from, by its user alone. `anyway`: also where it can't restore. */
  async trust(url: string, { anyway = false }: { readonly anyway?: boolean } = {}): Promise<Mint> {
    this.#seeded();
    return this.#mints.trust(mintUrl(url), { anyway });
  }

  async distrust(url: string): Promise<void> {
    await this.#mints.distrust(this.#known(url));
  }

  /** What a token says of itself: no mint is asked. */
  look(text: string): TokenSummary {
    return summarise(text);
  }

  /**
   * Redeems a token: its proofs become ones of ours. The same token again answers what became of it the first time. Throws BadToken,
   * UnknownMint, WrongUnit, TokenLocked and TooLittle before the mint hears of it. `privateKey`: ours, in hex, for tokens locked to it.
   * The operation that is answered is done, failed with its reason, or still open: then it goes on by itself.
   */
  async receive(
    text: string,
    { booking = USER, privateKey }: { readonly booking?: Booking; readonly privateKey?: string } = {},
  ): Promise<Operation> {
    const { mint: url, unit, amount } = summarise(text);
    const mint = this.#trusted(url);
    if (!UNITS.includes(unit)) throw new WrongUnit(unit);
    this.#seeded();
    return this.#alone(mint, unit, async () => {
      const keysets = await this.#keysetsFor(mint, text, privateKey);
      const proofs = open(text, [...keysets.keys()], privateKey);
      const once = `receive/${digest(proofs.map(({ secret }) => secret))}`;
      const before = this.#store.once(once);
      if (before) return before.state === 'open' ? this.#operations.ask(before.id) : before;
      const yielder = new Yielder(this.#deps.clock);
      for (const proof of proofs) {
        const keyset = keysets.get(proof.id);
        if (keyset?.unit !== unit || !isGenuine(proof, keyset.keys)) throw new BadToken();
        await yielder.step();
      }
      const fee = feeOf(proofs.map(({ id }) => ({ feePpk: keysets.get(id)!.feePpk })));
      if (amount <= fee) throw new TooLittle();
      const active = await this.#mints.active(mint, unit);
      const { outputs, writes } = outputsOf(this.#store, active, split(amount - fee, active.keys));
      const plan = { kind: 'receive', booking, amount, fee, outputs, renewed: 0 } as const;
      const operation = this.#new(mint, unit, plan, once);
      await this.#operations.begin(operation, writes, proofs.map(toWire));
      return this.#operations.ask(operation.id);
    });
  }

  /** Makes a token of an amount. `once`: a name of the caller's own, by which the same is not made twice. */
  async send(
    amount: number,
    {
      mint: url,
      unit = 'sat',
      booking = USER,
      once = null,
      memo,
    }: {
      readonly mint?: string;
      readonly unit?: string;
      readonly booking?: Booking;
      readonly once?: string | null;
      readonly memo?: string;
    } = {},
  ): Promise<Operation> {
    assertAmount(amount);
    this.#seeded();
    const mint = url === undefined ? this.#richest(unit, amount) : this.#known(url);
    return this.#alone(mint, unit, async () => {
      const name = once === null ? null : `send/${once}`;
      const before = name === null ? undefined : this.#store.once(name);
      if (before) return before.state === 'open' ? this.#operations.ask(before.id) : before;
      const active = await this.#mints.active(mint, unit);
      const inputs = choose(this.#store, mint, unit, amount);
      const given = split(amount, active.keys);
      const fee = feeOf(inputs);
      const kept = sumOf(inputs) - fee - amount;
      const amounts = [...given, ...(kept > 0 ? split(kept, active.keys) : [])];
      const { outputs, writes } = outputsOf(this.#store, active, amounts);
      const plan: SendPlan = {
        kind: 'send',
        booking,
        inputs: inputsOf(inputs),
        amount,
        fee,
        given: given.length,
        outputs,
        renewed: 0,
        ...(memo !== undefined && { memo }),
      };
      return this.#begin(mint, unit, plan, name, inputs, writes);
    });
  }

  /** The token of one that is done; undefined where it is none, or it was seen redeemed. */
  tokenOf(id: number): string | undefined {
    const operation = this.#store.operation(id);
    if (operation?.plan.kind !== 'send' || operation.state !== 'done') return undefined;
    const seed = this.#seeded();
    const proofs = this.#store.madeBy(id, 'sent').map((proof) => spendable(seed, proof));
    if (proofs.length === 0) return undefined;
    return encode(this.#mints.byId(operation.mint).url, operation.unit, proofs, operation.plan.memo);
  }

  /** Asks a mint for an invoice; when it is paid, the amount is ours. */
  async deposit(amount: number, url: string, unit = 'sat'): Promise<Operation> {
    assertAmount(amount);
    this.#seeded();
    const mint = this.#trusted(mintUrl(url));
    return this.#alone(mint, unit, async () => {
      const active = await this.#mints.active(mint, unit);
      const quote = expectOk(mint.url, await this.#mints.clientOf(mint).quoteDeposit(amount, unit));
      const invoice = readInvoice(quote.request, this.#nowS());
      if (amountIn(unit, invoice) !== amount)
        throw new OtherAmount(amount * (unit === 'sat' ? 1000 : 1), invoice.amountMsat);
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
      const operation = this.#new(mint, unit, plan, `deposit/${quote.quote}`);
      await this.#operations.begin(operation, []);
      return this.#operations.ask(operation.id);
    });
  }

  /**
   * What a payment would cost: to an invoice, or of an amount in sat to a Lightning address. Nothing is paid yet. Throws BadInvoice,
   * BadLightningAddress, OtherAmount where what is asked for is not what is meant, NotEnough.
   */
  async offer(
    to: string,
    {
      amount,
      mint: url,
      unit = 'sat',
    }: { readonly amount?: number; readonly mint?: string; readonly unit?: string } = {},
  ): Promise<PaymentOffer> {
    this.#seeded();
    const { signal } = this.#stop;
    const nowS = this.#nowS();
    const inMsat = unit === 'msat' ? 1 : 1000;
    let invoice: Invoice;
    if (isInvoice(to)) {
      invoice = readInvoice(to, nowS);
      if (amount !== undefined && invoice.amountMsat !== amount * inMsat) {
        throw new OtherAmount(amount * inMsat, invoice.amountMsat);
      }
    } else {
      if (amount === undefined) throw new TooLittle();
      assertAmount(amount);
      invoice = await invoiceOf({ http: this.#http, nowS }, to, amount * inMsat, signal);
    }
    const wanted = amountIn(unit, invoice);
    assertAmount(wanted);
    const mint = url === undefined ? this.#richest(unit, wanted) : this.#known(url);
    await this.#mints.keysets(mint);
    const quote = expectOk(mint.url, await this.#mints.clientOf(mint).quotePayment(invoice.text, unit));
    if (quote.amount !== wanted) throw new OtherAmount(invoice.amountMsat, quote.amount * inMsat);
    const inputs = choose(this.#store, mint, unit, quote.amount + quote.fee_reserve);
    const offer: HeldOffer = {
      id: this.#deps.random.id(),
      mint: mint.url,
      unit,
      to: isInvoice(to) ? invoice.text : to.trim(),
      amount: quote.amount,
      reserve: quote.fee_reserve,
      mintFee: feeOf(inputs),
      description: invoice.description,
      invoice,
      quote: quote.quote,
      until: this.#deps.clock.now() + OFFER_MS,
    };
    for (const [id, { until }] of this.#offers) if (until < this.#deps.clock.now()) this.#offers.delete(id);
    if (this.#offers.size >= MOST_OFFERS) this.#offers.delete(this.#offers.keys().next().value!);
    this.#offers.set(offer.id, offer);
    return shown(offer);
  }

  /** Pays what was offered. An invoice is never paid under two quotes while the first may still be. Throws FeeTooHigh, NotEnough. */
  async pay(id: string, { mostFee }: { readonly mostFee?: number } = {}): Promise<Operation> {
    const offer = this.#offers.get(id);
    const mint = offer && this.#mints.byUrl(offer.mint);
    if (!offer || !mint || offer.until < this.#deps.clock.now()) throw new TypeError('an offer that is not held');
    return this.#alone(mint, offer.unit, async () => {
      const { unit, amount, reserve, quote, invoice, to } = offer;
      const once = `pay/${invoice.paymentHash}`;
      const before = this.#store.once(once);
      if (before) return before;
      const active = await this.#mints.active(mint, unit);
      const inputs = choose(this.#store, mint, unit, amount + reserve);
      const fee = feeOf(inputs);
      if (mostFee !== undefined && fee + reserve > mostFee) throw new FeeTooHigh(fee + reserve, mostFee, unit);
      const { outputs, writes } = outputsOf(this.#store, active, blanks(sumOf(inputs) - fee - amount));
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
      } as const;
      return this.#begin(mint, unit, { ...plan, outputs, renewed: 0 }, once, inputs, writes);
    });
  }

  /** From one mint to another, by Lightning: an invoice of the one is paid by the other. Answers the payment. */
  async move(
    amount: number,
    from: string,
    to: string,
    { mostFee, unit = 'sat' }: { readonly mostFee?: number; readonly unit?: string } = {},
  ): Promise<Operation> {
    const deposit = await this.deposit(amount, to, unit);
    const { invoice } = (deposit as Operation<DepositPlan>).plan;
    const offer = await this.offer(invoice, { mint: from, unit });
    const paid = await this.pay(offer.id, mostFee === undefined ? {} : { mostFee });
    if (paid.state === 'done') await this.#operations.retry(deposit.id);
    return paid;
  }

  /** Asks again at once for one that waits. */
  async retry(id: number): Promise<Operation> {
    return this.#operations.retry(id);
  }

  /** Makes proofs of keysets that sign nothing more into such as last; undefined where there are none worth it. */
  async rotate(url: string, unit = 'sat'): Promise<Operation | undefined> {
    const mint = this.#known(url);
    return this.#alone(mint, unit, async () => {
      await this.#mints.refresh(mint);
      const retired = this.#store
        .spendable(mint.id, unit)
        .filter((proof) => proof.retired)
        .slice(0, 200);
      const fee = feeOf(retired);
      if (sumOf(retired) <= fee) return undefined;
      const active = await this.#mints.active(mint, unit);
      const amount = sumOf(retired);
      const { outputs, writes } = outputsOf(this.#store, active, split(amount - fee, active.keys));
      const plan = {
        kind: 'swap',
        booking: USER,
        inputs: inputsOf(retired),
        amount,
        fee,
        outputs,
        renewed: 0,
      } as const;
      return this.#begin(mint, unit, plan, null, retired, writes);
    });
  }

  /** Asks a mint about everything that the words have there, and puts the books right. Throws where it can't be asked. */
  async restore(url: string): Promise<readonly Operation[]> {
    this.#seeded();
    const mint = this.#known(url);
    await this.check(url);
    const units = [...new Set((await this.#mints.refresh(mint)).map(({ unit }) => unit))];
    const done: Operation[] = [];
    for (const unit of units) done.push(await this.#operations.alone(mint.id, unit, () => this.#restore(mint, unit)));
    return done;
  }

  /** Holds what is here against the mint; answers what it calls spent that is not. */
  async check(url: string): Promise<{ readonly lost: number }> {
    const own = { committer: this.#deps.committer, store: this.#store };
    return checkMint({ ...own, mints: this.#mints, operations: this.#operations }, this.#known(url));
  }

  async #restore(mint: Mint, unit: string): Promise<Operation> {
    try {
      return await this.#restorer.run(mint, unit);
    } catch (error) {
      await this.#restorer.note(mint, unit, error);
      throw error;
    }
  }

  /** Alone with a mint and unit, which was asked what there is where this wallet was put back from a backup. */
  #alone<T>(mint: Mint, unit: string, work: () => Promise<T>): Promise<T> {
    return this.#operations.alone(mint.id, unit, async () => {
      if (this.#mints.byId(mint.id).stale) await this.#restore(mint, unit);
      return work();
    });
  }

  async #begin(
    mint: Mint,
    unit: string,
    plan: AskPlan,
    once: string | null,
    inputs: readonly Spendable[],
    writes: Parameters<Operations['begin']>[1],
  ): Promise<Operation> {
    const operation = this.#new(mint, unit, plan, once);
    const reserved = inputs.map((proof) => this.#store.moveProof(proof, 'unspent', 'reserved'));
    await this.#operations.begin(operation, [...writes, ...reserved]);
    return this.#operations.ask(operation.id);
  }

  #new(mint: Mint, unit: string, plan: AskPlan, once: string | null): Ask {
    const id = this.#operations.number();
    const at = this.#deps.clock.now();
    return { id, at, kind: plan.kind, mint: mint.id, unit, state: 'open', once, plan, reason: null, endedAt: null };
  }

  /** The mint's keysets by id; read anew where the token has one that is not known. */
  async #keysetsFor(mint: Mint, text: string, privateKey: string | undefined): Promise<ReadonlyMap<string, Keyset>> {
    const byId = (keysets: readonly Keyset[]) => new Map(keysets.map((keyset) => [keyset.id, keyset]));
    const known = byId(await this.#mints.keysets(mint));
    try {
      if (open(text, [...known.keys()], privateKey).every(({ id }) => known.has(id))) return known;
    } catch (error) {
      if (!(error instanceof BadToken)) throw error;
    }
    return byId(await this.#mints.refresh(mint));
  }

  #seeded(): Uint8Array {
    this.#seed ??= seedOf(this.words());
    return this.#seed;
  }

  #known(url: string): Mint {
    const normal = mintUrl(url);
    const mint = this.#mints.byUrl(normal);
    if (!mint) throw new UnknownMint(normal);
    return mint;
  }

  #trusted(url: string): Mint {
    const mint = this.#known(url);
    if (!mint.trusted) throw new UnknownMint(mint.url);
    return mint;
  }

  #richest(unit: string, wanted: number): Mint {
    const [best] = this.holdings()
      .filter((holding) => holding.unit === unit)
      .toSorted((a, b) => b.unspent - a.unspent);
    if (!best) throw new NotEnough(wanted, 0, unit);
    return this.#mints.byId(best.mint);
  }

  #nowS(): number {
    return Math.floor(this.#deps.clock.now() / 1000);
  }

  async #upkeep(signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#deps;
    const rest = (ms: number) => clock.sleep(ms, signal).catch(() => undefined);
    const isLooking = (mint: Mint) => this.pending().some((one) => one.kind === 'restore' && one.mint === mint.id);
    // A search that was cut off is gone on with at once, and everything else a little later.
    for (let ms = 0; !signal.aborted; ms = ms === 0 ? FIRST_CHECK_MS : CHECK_MS) {
      await rest(ms);
      for (const mint of signal.aborted ? [] : this.mints()) {
        const { url } = mint;
        try {
          if (mint.stale || isLooking(mint)) await this.restore(url);
          if (ms === 0) continue;
          await this.check(url);
          for (const unit of UNITS) await this.rotate(url, unit);
        } catch (error) {
          if (!signal.aborted) logger.warn('a mint could not be asked about what it holds', { mint: url, error });
        }
      }
    }
  }
}

function assertAmount(amount: number): void {
  if (!Number.isSafeInteger(amount) || amount <= 0 || amount > TOKEN.amount) throw new TooLittle();
}

function digest(secrets: readonly string[]): string {
  return createHash('sha256').update(secrets.toSorted().join('\n')).digest('hex');
}

function shown({ id, mint, unit, to, amount, reserve, mintFee, description }: HeldOffer): PaymentOffer {
  return { id, mint, unit, to, amount, reserve, mintFee, description };
}
