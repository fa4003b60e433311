// The wallet: what its user and the networks can do with ecash (Cashu). Made when it is first wanted, with 12 words; until then it
// holds nothing and asks no one.

import type {
  MintFacts,
  PayoutView,
  RateView,
  WalletAlert,
  WalletRestoreTest,
} from '../../src-preload/contract/wallet.ts';
import { Emitter } from '../base/emitter.ts';
import type { Service } from '../base/lifecycle.ts';
import { alertsOf } from './alerts.ts';
import { spendable } from './blinding/cashu.ts';
import type { Holding } from './check.ts';
import { Core, type CoreDeps } from './core.ts';
import { UnknownOperation, WalletExists } from './errors.ts';
import type { MintHealth } from './health.ts';
import { heldWords } from './held.ts';
import { mintUrl } from './mint/url.ts';
import { type NetworkBooks, type NetworkWallet, networkWallet, Payers, settledWrites } from './network-wallet.ts';
import type { Operation } from './operation.ts';
import { type OfferOptions, Paying, type PaymentOffer, type PayOptions } from './paying.ts';
import { type PayoutSetting, Payouts } from './payouts.ts';
import { Proving } from './proving.ts';
import { type RateSetting, Rates } from './rate/rates.ts';
import { type ReceiveOptions, Receiving } from './receiving.ts';
import type { RestoreProgress } from './restore.ts';
import { restoreTest } from './restore-test.ts';
import { keepWords, newWords, publicLockKeyOf, readWords } from './seed.ts';
import { Sending, type SendOptions, type TokenFee } from './sending.ts';
import type { Keyset, Mint, MovementEntry } from './store.ts';
import { summarise, type TokenSummary } from './token.ts';
import { UNITS, USUAL_UNIT } from './units.ts';
import { Upkeep } from './upkeep.ts';

export interface WalletDeps extends CoreDeps {
  /** Left out: nothing is ever paid out by itself. */
  readonly payout?: PayoutSetting;
  /** Left out: nobody is asked what a bitcoin is worth. */
  readonly rate?: RateSetting;
}

/** Of proofs: each is looked for in all the ways programs write text. */
const TRACED = 5;
const NEVER: PayoutSetting = { get: () => null, onChange: () => () => undefined };
const UNASKED: RateSetting = { get: () => null };

export class Wallet implements Service {
  readonly name = 'wallet';
  readonly #deps: WalletDeps;
  readonly #core: Core;
  readonly #receiving: Receiving;
  readonly #sending: Sending;
  readonly #paying: Paying;
  readonly #payouts: Payouts;
  readonly #upkeep: Upkeep;
  readonly #proving: Proving;
  readonly #rates: Rates;
  readonly #events = new Emitter<{ rate: null }>();
  readonly #payers = new Payers();
  readonly #books = new Map<string, NetworkBooks>();
  #loop: Promise<void> = Promise.resolve();
  #started = false;
  #lockKey: string | undefined;

  constructor(deps: WalletDeps) {
    this.#deps = deps;
    this.#core = new Core(deps, (operation) =>
      settledWrites(this.#core, operation, this.#books.get(operation.plan.booking.network)),
    );
    this.#receiving = new Receiving(this.#core);
    this.#sending = new Sending(this.#core);
    this.#paying = new Paying(this.#core);
    this.#payouts = new Payouts(this.#core, this.#paying, deps.payout ?? NEVER);
    this.#upkeep = new Upkeep(this.#core);
    this.#proving = new Proving(deps);
    const { http, signal } = this.#core;
    const changed = () => this.#events.emit('rate', null);
    this.#rates = new Rates({ clock: deps.clock, http, signal, setting: deps.rate ?? UNASKED, changed });
  }

  /** Goes on with what was open when the program ended. */
  async start(): Promise<void> {
    if (this.#started || !this.exists) return;
    this.#started = true;
    this.#core.operations.resume();
    this.#payouts.start();
    this.#loop = this.#upkeep.run();
  }

  async stop(): Promise<void> {
    await this.#core.stop();
    await this.#payouts.stop();
    await this.#loop;
    await this.#core.http.close();
  }

  get exists(): boolean {
    return heldWords(this.#deps.vault) !== undefined;
  }

  /** The words, for the one who holds this computer to write down. Throws NoWallet. */
  words(): string {
    return this.#core.words();
  }

  /** Makes the wallet: of new words, or of those of one that is to be found again. Throws WalletExists, BadWords. */
  async make(words?: string): Promise<void> {
    const { vault, random, clock } = this.#deps;
    if (this.exists) throw new WalletExists();
    const made = [this.#core.store.setMark('made', clock.now())];
    // Who types them in has them.
    if (words !== undefined) made.push(this.#core.store.setMark('words-proven', clock.now()));
    await keepWords(vault, words === undefined ? newWords(random) : readWords(words), made);
    await this.start();
  }

  /** What must lie nowhere but sealed, for a search of the disk: words, seed, and the secrets of the last proofs. Nothing without words. */
  traces(): readonly string[] {
    if (!this.exists) return [];
    const seed = Buffer.from(this.#core.seed());
    const proofs = this.mints().flatMap((mint) =>
      UNITS.flatMap((unit) => this.#core.store.spendable(mint.id, unit, TRACED)),
    );
    const secrets = proofs.slice(0, TRACED).map((proof) => spendable(seed, proof).secret);
    return [this.words(), seed.toString('hex'), seed.toString('base64url'), ...secrets];
  }

  /** Places of words to be asked for, counted from 1. */
  askWords(): readonly number[] {
    this.words();
    return this.#proving.ask();
  }

  /** Places where the answer is wrong; none: the words are written down. Throws NotAsked. */
  async proveWords(given: readonly string[]): Promise<readonly number[]> {
    const wrong = this.#proving.answer(given, this.words());
    if (wrong.length === 0) await this.#proven();
    return wrong;
  }

  /** When its user last showed that the words are written down; null: never. */
  get wordsProvenAt(): number | null {
    return this.#core.store.mark('words-proven');
  }

  mints(): readonly Mint[] {
    return this.#core.mints.all();
  }

  keysets(mint: Mint): readonly Keyset[] {
    return this.#core.store.keysets(mint.id);
  }

  health(mint: Mint): MintHealth {
    return this.#core.health.of(mint.url);
  }

  holdings(): readonly Holding[] {
    return this.#core.holdings();
  }

  payout(): PayoutView {
    return this.#payouts.view();
  }

  /** See Rates. */
  rate(): RateView | null {
    return this.#rates.look();
  }

  /** When a source has said what a bitcoin is worth, or has not. */
  onRate(listener: () => void): () => void {
    return this.#events.on('rate', listener);
  }

  /** `backedUpAt`: when the last backup of this node was made or proven; null: never. */
  alerts(backedUpAt: number | null): readonly WalletAlert[] {
    const { store } = this.#core;
    const madeAt = store.mark('made') ?? 0;
    // A backup from before there was a wallet has nothing of it.
    const safe = [this.wordsProvenAt, backedUpAt].filter((at) => at !== null).filter((at) => at >= madeAt);
    const mints = this.mints().map((mint) => {
      const keysets = store.keysets(mint.id).map((keyset) => ({ ...keyset, unspent: store.unspentOf(keyset.id) }));
      return { ...mint, health: this.health(mint), keysets };
    });
    const safeAt = safe.length === 0 ? null : Math.max(...safe);
    return alertsOf({ now: this.#deps.clock.now(), mints, holdings: this.holdings(), safeAt });
  }

  /** Newest first, below number `before`. */
  operations(before: number, limit: number): readonly Operation[] {
    return this.#core.store.page(before, limit);
  }

  operation(id: number): Operation | undefined {
    return this.#core.store.operation(id);
  }

  /** The same. Throws UnknownOperation. */
  known(id: number): Operation {
    const operation = this.operation(id);
    if (!operation) throw new UnknownOperation();
    return operation;
  }

  /** What an operation did to the ledger, oldest first. Throws UnknownOperation. */
  entries(id: number): readonly MovementEntry[] {
    return this.#core.store.entriesOf(this.known(id).id);
  }

  /** What is under way. */
  pending(): readonly Operation[] {
    return this.#core.store.open();
  }

  onChange(listener: () => void): () => void {
    return this.#core.operations.onChange(() => listener());
  }

  onProgress(listener: (progress: RestoreProgress) => void): () => void {
    return this.#core.restorer.onProgress(listener);
  }

  /** What a mint says of itself, for a user who may want to trust it. */
  describe(url: string): Promise<MintFacts> {
    return this.#core.mints.describe(mintUrl(url));
  }

  /** A mint that money may come from, by its user alone. `anyway`: also where it can't restore. */
  async trust(url: string, { anyway = false }: { readonly anyway?: boolean } = {}): Promise<Mint> {
    this.#core.seed();
    return this.#core.mints.trust(mintUrl(url), { anyway });
  }

  async distrust(url: string): Promise<void> {
    await this.#core.mints.distrust(this.#core.known(url));
  }

  /** What a token says of itself: no mint is asked. */
  look(text: string): TokenSummary {
    return summarise(text);
  }

  /** See Receiving. */
  receive(text: string, options: ReceiveOptions = {}): Promise<Operation> {
    return this.#receiving.receive(text, options);
  }

  /** Whoever locks a token to it (NUT-11) can be sure that nobody on the way takes it. Compressed, in hex. Throws NoWallet. */
  lockKey(): string {
    this.#lockKey ??= publicLockKeyOf(this.#core.seed());
    return this.#lockKey;
  }

  /** Makes a token of an amount. `once`: a name of the caller's own, by which the same is not made twice. */
  send(amount: number, options: SendOptions = {}): Promise<Operation> {
    return this.#sending.send(amount, options);
  }

  /** What a mint would take for making a token of an amount. Throws NotEnough. */
  tokenFee(amount: number, options: Pick<SendOptions, 'mint' | 'unit'> = {}): TokenFee {
    return this.#sending.fee(amount, options);
  }

  /** The token of one that is done; undefined where it is none, or it was seen redeemed. */
  tokenOf(id: number): string | undefined {
    return this.#sending.tokenOf(id);
  }

  /** Asks a mint for an invoice; when it is paid, the amount is ours. */
  deposit(amount: number, url: string, unit = USUAL_UNIT): Promise<Operation> {
    return this.#paying.deposit(amount, url, unit);
  }

  /** What a payment would cost; see Paying. */
  offer(to: string, options: OfferOptions = {}): Promise<PaymentOffer> {
    return this.#paying.offer(to, options);
  }

  /** Pays what was offered; see Paying. */
  pay(id: string, options: PayOptions = {}): Promise<Operation> {
    return this.#paying.pay(id, options);
  }

  /** Pays out by itself what is to be paid out now, as it does anyway a moment after each movement. */
  payOut(): Promise<Operation | undefined> {
    return this.#payouts.look();
  }

  /** From one mint to another, by Lightning. Answers the payment. */
  move(
    amount: number,
    from: string,
    to: string,
    options: { readonly mostFee?: number | undefined; readonly unit?: string } = {},
  ): Promise<Operation> {
    return this.#paying.move(amount, from, to, options);
  }

  /** Asks again at once for one that waits. Throws UnknownOperation. */
  async retry(id: number): Promise<Operation> {
    const { kind, state } = this.known(id);
    if (kind === 'restore' || state !== 'open') return this.known(id);
    return this.#core.operations.retry(id);
  }

  /** See Upkeep. */
  async rotate(url: string, unit = USUAL_UNIT): Promise<Operation | undefined> {
    return this.#upkeep.rotate(this.#core.known(url), unit);
  }

  /** Asks a mint about everything that the words have there, and puts the books right. Throws where it can't be asked. */
  async restore(url: string): Promise<readonly Operation[]> {
    this.#core.seed();
    return this.#upkeep.restore(this.#core.known(url));
  }

  /** Holds what is here against the mint; answers what it calls spent that is not. */
  async check(url: string): Promise<{ readonly lost: number }> {
    return this.#upkeep.check(this.#core.known(url));
  }

  /**
   * The restore test, with words that its user typed in or a backup has, or its own where there are none. Throws BadWords, OtherWords,
   * NoWallet.
   */
  async restoreTest(words?: string, from: 'its user' | 'a backup' = 'its user'): Promise<WalletRestoreTest> {
    const found = await restoreTest(this.#core, words);
    if (words !== undefined && from === 'its user' && found.ok) await this.#proven();
    return found;
  }

  /** For a network: what it gets of the wallet, once it has said what it writes itself. Throws NoWallet. */
  open(network: string, books: NetworkBooks): NetworkWallet {
    this.words();
    this.#books.set(network, books);
    return networkWallet(
      { core: this.#core, receiving: this.#receiving, sending: this.#sending },
      this.#payers,
      network,
      books,
    );
  }

  async #proven(): Promise<void> {
    const { committer, clock } = this.#deps;
    await committer.commit([this.#core.store.setMark('words-proven', clock.now())]);
  }
}
