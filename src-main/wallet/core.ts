// What everything that the wallet does begins with: its tables, its mints, its seed, and operations that are written down before
// a mint is asked, alone with a mint and unit.

import type { Database } from 'better-sqlite3';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import type { Ledger } from '../payments/ledger.ts';
import type { Vault } from '../secrets/vault.ts';
import type { Committer, Write } from '../storage/write.ts';
import { Blinding } from './blinding/blinding.ts';
import { OWN } from './books.ts';
import { TOKEN } from './bounds.ts';
import { checkUnit, type Holding, holdings } from './check.ts';
import { NotEnough, NoWallet, TooLittle, UnknownMint } from './errors.ts';
import { Health } from './health.ts';
import { heldWords } from './held.ts';
import { mintClient } from './mint/client.ts';
import { type Http, OutboundHttp } from './mint/http.ts';
import { mintUrl } from './mint/url.ts';
import { Mints } from './mints.ts';
import type { AskPlan, Booking, Operation } from './operation.ts';
import { type Ask, Operations, type SettledWrites } from './operations.ts';
import { Restorer } from './restore.ts';
import { seedOf } from './seed.ts';
import type { Spendable } from './select.ts';
import { type Mint, WalletStore } from './store.ts';

export interface CoreDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly committer: Committer;
  readonly read: Database;
  readonly ledger: Pick<Ledger, 'book'>;
  readonly vault: Vault;
  /** For tests: the real ones otherwise. */
  readonly http?: Http;
  readonly blinding?: Pick<Blinding, 'do' | 'stop'>;
}

/** The user's own movements, for no job. */
export const USER: Booking = { network: OWN, job: null };

export class Core {
  readonly deps: CoreDeps;
  readonly http: Http;
  readonly store: WalletStore;
  readonly health: Health;
  readonly blinding: Pick<Blinding, 'do' | 'stop'>;
  readonly mints: Mints;
  readonly operations: Operations;
  readonly restorer: Restorer;
  readonly #stop = new AbortController();
  #seed: Uint8Array | undefined;

  /** `settled`: what else is committed with an operation that is done. */
  constructor(deps: CoreDeps, settled: SettledWrites) {
    this.deps = deps;
    this.http = deps.http ?? new OutboundHttp();
    this.store = new WalletStore(deps.read);
    this.health = new Health(deps);
    const client = (url: string) =>
      mintClient(this.http, { url, mayBePrivate: true }, this.signal, (answered) => this.health.heard(url, answered));
    this.blinding = deps.blinding ?? new Blinding(deps);
    const own = { ...deps, store: this.store, seed: () => this.seed(), blinding: this.blinding };
    this.mints = new Mints({ ...own, client });
    this.operations = new Operations({ ...own, mints: this.mints, settled });
    this.restorer = new Restorer({ ...own, mints: this.mints, operations: this.operations });
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  async stop(): Promise<void> {
    this.#stop.abort(new DOMException('the node stops', 'AbortError'));
    await this.operations.stop();
    await this.blinding.stop();
  }

  /** Throws NoWallet. */
  words(): string {
    const words = heldWords(this.deps.vault);
    if (words === undefined) throw new NoWallet();
    return words;
  }

  /** Throws NoWallet. */
  seed(): Uint8Array {
    this.#seed ??= seedOf(this.words());
    return this.#seed;
  }

  nowS(): number {
    return Math.floor(this.deps.clock.now() / 1000);
  }

  holdings(): readonly Holding[] {
    return holdings(this.store);
  }

  /** Throws UnknownMint, BadMintAddress. */
  known(url: string): Mint {
    const normal = mintUrl(url);
    const mint = this.mints.byUrl(normal);
    if (!mint) throw new UnknownMint(normal);
    return mint;
  }

  /** The same; also where the user takes nothing more from it. */
  trusted(url: string): Mint {
    const mint = this.known(url);
    if (!mint.trusted) throw new UnknownMint(mint.url);
    return mint;
  }

  /** Where most of it is. Throws NotEnough where there is none. */
  richest(unit: string, wanted: number): Mint {
    const [best] = this.holdings()
      .filter((holding) => holding.unit === unit)
      .toSorted((a, b) => b.unspent - a.unspent);
    if (!best) throw new NotEnough(wanted, 0, unit);
    return this.mints.byId(best.mint);
  }

  /** Alone with a mint and unit, which was asked what there is where this wallet was put back from a backup. */
  alone<T>(mint: Mint, unit: string, work: () => Promise<T>): Promise<T> {
    return this.operations.alone(mint.id, unit, async () => {
      if (this.mints.byId(mint.id).stale) await this.restore(mint, unit);
      return work();
    });
  }

  /** To be called alone with both. */
  async restore(mint: Mint, unit: string): Promise<Operation> {
    try {
      // What is spent by now is no longer counted, so that what is missing is put right with what is found.
      await checkUnit({ committer: this.deps.committer, store: this.store, mints: this.mints }, mint, unit);
      return await this.restorer.run(mint, unit);
    } catch (error) {
      await this.restorer.note(mint, unit, error);
      throw error;
    }
  }

  /** The one that was written down under this name and has not failed, as it is after the mint was asked once more. */
  async once(name: string | null): Promise<Operation | undefined> {
    const before = name === null ? undefined : this.store.once(name);
    return before?.state === 'open' ? this.operations.ask(before.id) : before;
  }

  /** Writes an operation down, with the proofs that it spends, and asks for it. */
  async begin(
    mint: Mint,
    unit: string,
    plan: AskPlan,
    {
      once,
      inputs,
      writes,
    }: { readonly once: string | null; readonly inputs: readonly Spendable[]; readonly writes: readonly Write[] },
  ): Promise<Operation> {
    const operation = this.made(mint, unit, plan, once);
    const reserved = inputs.map((proof) => this.store.moveProof(proof, 'unspent', 'reserved'));
    await this.operations.begin(operation, [...writes, ...reserved]);
    return this.operations.ask(operation.id);
  }

  /** A new one, written down nowhere yet. */
  made(mint: Mint, unit: string, plan: AskPlan, once: string | null): Ask {
    const id = this.operations.number();
    const at = this.deps.clock.now();
    return { id, at, kind: plan.kind, mint: mint.id, unit, state: 'open', once, plan, reason: null, endedAt: null };
  }
}

/** Throws TooLittle for what is no amount, or more than one operation may move. */
export function assertAmount(amount: number): void {
  if (!Number.isSafeInteger(amount) || amount <= 0 || amount > TOKEN.amount) throw new TooLittle();
}
