// Redeeming tokens: read, held against the mint's keys and weighed before the mint hears of them; then swapped for proofs of ours.

import { createHash } from 'node:crypto';
import { split } from './blinding/outputs.ts';
import { type Core, USER } from './core.ts';
import { BadToken, BelowPrice, TooLittle, WrongUnit } from './errors.ts';
import type { Booking, Operation } from './operation.ts';
import { outputsOf } from './planner.ts';
import { feeOf } from './select.ts';
import type { Keyset, Mint } from './store.ts';
import { claimOf, open, summarise, toWire } from './token.ts';
import { UNITS } from './units.ts';

/** Proofs that are checked before the mint hears of them. */
const FEW = 8;

type Proofs = ReturnType<typeof open>;

export interface ReceiveOptions {
  readonly booking?: Booking;
  /** Ours, in hex, for tokens that are locked to it. */
  readonly privateKey?: string | undefined;
  /** In the token's unit, after the mint's fee: one that brings less is refused before the mint hears of it. */
  readonly least?: number;
}

/** What a token brings, once it is redeemed, in its unit. */
export interface Weighed {
  readonly mint: Mint;
  readonly unit: string;
  readonly amount: number;
  readonly fee: number;
  /** Of all its secrets, in hex: the same token in other words has the same. */
  readonly fingerprint: string;
  readonly proofs: Proofs;
}

export class Receiving {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  /**
   * Its proofs become ones of ours. The same token again answers what became of it the first time. Throws BadToken, UnknownMint,
   * WrongUnit, TokenLocked, TooLittle and BelowPrice before the mint hears of it. What is answered is done, failed with its reason,
   * or still open: then it goes on by itself.
   */
  async receive(text: string, { booking = USER, privateKey, least = 1 }: ReceiveOptions): Promise<Operation> {
    const { mint, unit } = this.#from(text);
    const { store, mints, operations } = this.#core;
    return this.#core.alone(mint, unit, async () => {
      const { genuine, ...weighed } = await this.#weighed(mint, text, privateKey);
      const { amount, fee, fingerprint, proofs } = weighed;
      const once = onceOf(fingerprint);
      const before = await this.#core.once(once);
      if (before) return before;
      if (amount - fee < least) throw amount <= fee ? new TooLittle() : new BelowPrice(amount - fee, least, unit);
      const active = await mints.active(mint, unit);
      const { outputs, writes } = outputsOf(store, active, split(amount - fee, active.keys));
      const plan = { kind: 'receive', booking, amount, fee, outputs, renewed: 0 } as const;
      const operation = this.#core.made(mint, unit, plan, once);
      await operations.begin(operation, writes, proofs.map(toWire));
      const [done, isGenuine] = await Promise.all([operations.ask(operation.id), genuine]);
      if (done.state === 'done' && !isGenuine) {
        this.#core.deps.logger.warn('a mint took proofs that say they are of another key', { mint: mint.url });
      }
      return done;
    });
  }

  /** The same checks without redeeming anything: of the mint only its keysets are asked, where they are not known. */
  async weigh(text: string, privateKey: string | undefined): Promise<Weighed> {
    const { mint } = this.#from(text);
    const { genuine, ...weighed } = await this.#weighed(mint, text, privateKey);
    if (!(await genuine)) throw new BadToken();
    return weighed;
  }

  #from(text: string): { readonly mint: Mint; readonly unit: string } {
    const { mint: url, unit } = summarise(text);
    const mint = this.#core.trusted(url);
    if (!UNITS.includes(unit)) throw new WrongUnit(unit);
    this.#core.seed();
    return { mint, unit };
  }

  /**
   * `genuine`: whether what proofs say of their key is true. Of few it is found out here, and refused; of many it takes a thread longer
   * than the mint may take to redeem them, and the mint looks at each of them anyway.
   */
  async #weighed(
    mint: Mint,
    text: string,
    privateKey: string | undefined,
  ): Promise<Weighed & { readonly genuine: Promise<boolean> }> {
    const { unit, amount } = summarise(text);
    const keysets = await this.#keysetsFor(mint, text, privateKey);
    const proofs = open(text, [...keysets.keys()], privateKey);
    if (proofs.some(({ id }) => keysets.get(id)?.unit !== unit)) throw new BadToken();
    const claims = proofs.map(claimOf).filter((claim) => claim !== null);
    const keys = new Map(proofs.map(({ id }) => [id, keysets.get(id)!.keys]));
    const genuine = this.#core.blinding.do({ kind: 'claims', claims, keysets: keys });
    if (claims.length <= FEW && !(await genuine)) throw new BadToken();
    const fee = feeOf(proofs.map(({ id }) => ({ feePpk: keysets.get(id)!.feePpk })));
    const fingerprint = digest(proofs.map(({ secret }) => secret));
    return { mint, unit, amount, fee, fingerprint, proofs, genuine };
  }

  /** The mint's keysets by id; read anew where the token has one that is not known. */
  async #keysetsFor(mint: Mint, text: string, privateKey: string | undefined): Promise<ReadonlyMap<string, Keyset>> {
    const { mints } = this.#core;
    const byId = (keysets: readonly Keyset[]) => new Map(keysets.map((keyset) => [keyset.id, keyset]));
    const known = byId(await mints.keysets(mint));
    try {
      if (open(text, [...known.keys()], privateKey).every(({ id }) => known.has(id))) return known;
    } catch (error) {
      if (!(error instanceof BadToken)) throw error;
    }
    return byId(await mints.refresh(mint));
  }
}

/** By which a token is redeemed once. */
export const onceOf = (fingerprint: string): string => `receive/${fingerprint}`;

function digest(secrets: readonly string[]): string {
  return createHash('sha256').update(secrets.toSorted().join('\n')).digest('hex');
}
