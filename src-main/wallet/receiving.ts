// Redeeming tokens: read, held against the mint's keys and weighed before the mint hears of them; then swapped for proofs of ours.

import { createHash } from 'node:crypto';
import { type Keys, split } from './blinding/cashu.ts';
import type { SignedBy } from './blinding/jobs.ts';
import { type Core, USER } from './core.ts';
import { BadToken, BelowPrice, TooLittle, WrongUnit } from './errors.ts';
import type { Booking, Operation } from './operation.ts';
import { outputsOf } from './planner.ts';
import { lockKeyOf } from './seed.ts';
import { feeOf } from './select.ts';
import type { Keyset, Mint } from './store.ts';
import { claimOf, open, summarise, toWire } from './token.ts';
import { UNITS } from './units.ts';

/** Proofs that are checked before the mint hears of them. */
const FEW = 8;
/** Of more, so many at a time: other jobs wait for that long, and the thread that serves everything else has no part in it. */
const AT_A_TIME = 16;

type Proofs = ReturnType<typeof open>;

/** One of a mint that is trusted, in a unit that is held. */
interface TokenAtHand {
  readonly text: string;
  readonly mint: Mint;
  readonly unit: string;
  readonly amount: number;
}

/** What proofs say of the keys that have signed them (NUT-12), and those keys. */
interface Claims {
  readonly signed: readonly SignedBy[];
  readonly keysets: ReadonlyMap<string, Keys>;
}

export interface ReceiveOptions {
  readonly booking?: Booking;
  /** Of a network, 32 bytes in hex: tokens may be locked to it as well as to the wallet's own key. */
  readonly lockKey?: string | undefined;
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
  async receive(text: string, { booking = USER, lockKey, least = 1 }: ReceiveOptions): Promise<Operation> {
    const token = this.#from(text);
    const { mint, unit } = token;
    const { store, mints, operations } = this.#core;
    return this.#core.alone(mint, unit, async () => {
      const { amount, fee, fingerprint, proofs, claims } = await this.#weighed(token, lockKey);
      if (claims.signed.length <= FEW && !(await this.#areTrue(claims))) throw new BadToken();
      const once = onceOf(fingerprint);
      const before = await this.#core.once(once);
      if (before) return before;
      if (amount - fee < least) throw amount <= fee ? new TooLittle() : new BelowPrice(amount - fee, least, unit);
      const active = await mints.active(mint, unit);
      const { outputs, writes } = outputsOf(store, active, split(amount - fee, active.keys));
      const plan = { kind: 'receive', booking, amount, fee, outputs, renewed: 0 } as const;
      const operation = this.#core.made(mint, unit, plan, once);
      await operations.begin(operation, writes, proofs.map(toWire));
      const done = await operations.ask(operation.id);
      if (claims.signed.length > FEW && done.state === 'done') void this.#hold(mint, claims);
      return done;
    });
  }

  /** The same checks without redeeming anything: of the mint only its keysets are asked, where they are not known. */
  async weigh(text: string, lockKey: string | undefined): Promise<Weighed> {
    const { claims, ...weighed } = await this.#weighed(this.#from(text), lockKey);
    if (!(await this.#areTrue(claims))) throw new BadToken();
    return weighed;
  }

  #from(text: string): TokenAtHand {
    const { mint: url, unit, amount } = summarise(text);
    const mint = this.#core.trusted(url);
    if (!UNITS.includes(unit)) throw new WrongUnit(unit);
    this.#core.seed();
    return { text, mint, unit, amount };
  }

  async #weighed(token: TokenAtHand, lockKey: string | undefined): Promise<Weighed & { readonly claims: Claims }> {
    const { mint, unit, amount } = token;
    const own = Buffer.from(lockKeyOf(this.#core.seed())).toString('hex');
    const lockKeys = lockKey === undefined ? [own] : [own, lockKey];
    const { keysets, proofs } = await this.#opened(token, lockKeys);
    if (proofs.some(({ id }) => keysets.get(id)?.unit !== unit)) throw new BadToken();
    const signed = proofs.map(claimOf).filter((claim) => claim !== null);
    const keys = new Map(proofs.map(({ id }) => [id, keysets.get(id)!.keys]));
    const fee = feeOf(proofs.map(({ id }) => ({ feePpk: keysets.get(id)!.feePpk })));
    const fingerprint = digest(proofs.map(({ secret }) => secret));
    return { mint, unit, amount, fee, fingerprint, proofs, claims: { signed, keysets: keys } };
  }

  /**
   * Holds many claims against the keys after the mint has redeemed their proofs, which it looked at one by one: to check them takes
   * several times as long as all else that is done here, and nobody is kept waiting for it.
   */
  async #hold(mint: Mint, claims: Claims): Promise<void> {
    const { logger } = this.#core.deps;
    try {
      if (await this.#areTrue(claims)) return;
      logger.warn('a mint took proofs that say they are of another key', { mint: mint.url });
    } catch (error) {
      logger.warn('what proofs say of their key could not be checked', { mint: mint.url, error });
    }
  }

  /** Of a wallet that stops, nothing more is looked at. */
  async #areTrue({ signed, keysets }: Claims): Promise<boolean> {
    const { blinding, signal } = this.#core;
    for (let at = 0; at < signed.length && !signal.aborted; at += AT_A_TIME) {
      if (!(await blinding.do({ kind: 'claims', claims: signed.slice(at, at + AT_A_TIME), keysets }))) return false;
    }
    return true;
  }

  /** With the mint's keysets by id, which are read anew where the token has one that is not known. */
  async #opened(
    { text, mint }: TokenAtHand,
    lockKeys: readonly string[],
  ): Promise<{ readonly keysets: ReadonlyMap<string, Keyset>; readonly proofs: Proofs }> {
    const { mints } = this.#core;
    const byId = (all: readonly Keyset[]) => new Map(all.map((keyset) => [keyset.id, keyset]));
    const known = byId(await mints.keysets(mint));
    try {
      const proofs = open(text, [...known.keys()], lockKeys);
      if (proofs.every(({ id }) => known.has(id))) return { keysets: known, proofs };
    } catch (error) {
      if (!(error instanceof BadToken)) throw error;
    }
    const keysets = byId(await mints.refresh(mint));
    return { keysets, proofs: open(text, [...keysets.keys()], lockKeys) };
  }
}

/** By which a token is redeemed once. */
export const onceOf = (fingerprint: string): string => `receive/${fingerprint}`;

function digest(secrets: readonly string[]): string {
  return createHash('sha256').update(secrets.toSorted().join('\n')).digest('hex');
}
