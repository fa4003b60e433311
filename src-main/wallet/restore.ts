// Finds again what the seed has at a mint (NUT-09, NUT-13): from words alone, or after an older copy of the wallet was put back. Outputs
// are made anew from counter 0 on and the mint says which of them it has signed; those that are not spent are ours. What was found
// becomes spendable in one commit, with the entry that makes the books say the same.

import type { Clock } from '../base/clock.ts';
import { Emitter } from '../base/emitter.ts';
import { HearthError, toReason } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import { MICRO } from '../base/micro.ts';
import type { Ledger } from '../payments/ledger.ts';
import type { Committer } from '../storage/write.ts';
import type { Blinding } from './blinding/blinding.ts';
import type { OwnProof } from './blinding/cashu.ts';
import { bookings, OWN } from './books.ts';
import type { MintClient } from './mint/client.ts';
import type { Mints } from './mints.ts';
import type { Operation, RestorePlan } from './operation.ts';
import type { Operations } from './operations.ts';
import { BATCH, GAP, notSpent, searchBatch } from './search.ts';
import type { Keyset, Mint, WalletStore } from './store.ts';

export interface RestoreDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly committer: Committer;
  readonly store: WalletStore;
  readonly mints: Mints;
  readonly ledger: Pick<Ledger, 'book'>;
  readonly operations: Operations;
  readonly seed: () => Uint8Array;
  readonly blinding: Pick<Blinding, 'do'>;
}

export interface RestoreProgress {
  readonly operation: number;
  readonly mint: string;
  readonly unit: string;
  /** Outputs that the mint was asked about so far, and what was found of what is not spent. */
  readonly asked: number;
  readonly found: number;
}

export class Restorer {
  readonly #deps: RestoreDeps;
  readonly #events = new Emitter<{ progress: RestoreProgress }>();

  constructor(deps: RestoreDeps) {
    this.#deps = deps;
  }

  onProgress(listener: (progress: RestoreProgress) => void): () => void {
    return this.#events.on('progress', listener);
  }

  /**
   * Looks through all keysets of a unit and puts the books right. To be called alone with them. One that was begun and not ended is
   * gone on with. Throws where the mint can't be asked: what was found so far stays found, and the next call goes on.
   */
  async run(mint: Mint, unit: string): Promise<Operation> {
    const { store, mints } = this.#deps;
    const keysets = (await mints.refresh(mint)).filter((keyset) => keyset.unit === unit);
    const id = await this.#begun(mint, unit, keysets);
    for (const keyset of keysets) await this.#keyset(id, mint, keyset);
    return this.#end(id, mint, store.operation(id) as Operation<RestorePlan>);
  }

  async #begun(mint: Mint, unit: string, keysets: readonly Keyset[]): Promise<number> {
    const { store, committer, clock, operations } = this.#deps;
    const open = store.open().find((one) => one.kind === 'restore' && one.mint === mint.id && one.unit === unit);
    if (open) return open.id;
    const from = Object.fromEntries(keysets.map(({ id }) => [id, 0]));
    const plan: RestorePlan = { kind: 'restore', booking: { network: OWN, job: null }, from, asked: 0, found: 0 };
    const id = operations.number();
    const at = clock.now();
    const operation = { id, at, kind: 'restore', mint: mint.id, unit, state: 'open', once: null, plan } as const;
    await committer.commit([store.begin({ ...operation, reason: null, endedAt: null })]);
    return id;
  }

  async #keyset(id: number, mint: Mint, keyset: Keyset): Promise<void> {
    const { store, committer, mints } = this.#deps;
    const client = mints.clientOf(mint);
    let plan = (store.operation(id) as Operation<RestorePlan>).plan;
    let at = plan.from[keyset.id] ?? (keyset.id in plan.from ? null : 0);
    let empty = 0;
    while (at !== null) {
      const { proofs, last } = await this.#batch(mint, client, keyset, at);
      empty = last === undefined ? empty + BATCH : 0;
      const done = empty >= GAP;
      const next: number | null = done ? null : at + BATCH;
      const found = proofs.reduce((sum, { amount }) => sum + amount, plan.found);
      const asked = plan.asked + BATCH;
      plan = { ...plan, found, asked, from: { ...plan.from, [keyset.id]: next } };
      await committer.commit([
        ...proofs.map((proof) => store.addProof(proof, 'found', id)),
        ...(last === undefined ? [] : [store.signedBefore(keyset.id, last + 1)]),
        store.plan(id, plan),
      ]);
      this.#events.emit('progress', { operation: id, mint: mint.url, unit: keyset.unit, asked, found });
      at = next;
    }
  }

  /** Of the outputs from a counter on: those of ours that are not spent and not known yet, and the last that was ever signed. */
  async #batch(
    mint: Mint,
    client: MintClient,
    keyset: Keyset,
    start: number,
  ): Promise<{ readonly proofs: readonly OwnProof[]; readonly last: number | undefined }> {
    const { store, seed, blinding } = this.#deps;
    const from = { client, url: mint.url, seed: seed(), blinding };
    const { proofs, last } = await searchBatch(from, keyset, start);
    const unknown = proofs.filter(
      ({ counter }) => !store.knows(keyset.id, counter) && !this.#isUnderWay(keyset.id, counter),
    );
    return { proofs: await notSpent(from, unknown), last };
  }

  /** An operation that is open finds its own outputs. */
  #isUnderWay(keyset: string, counter: number): boolean {
    return this.#deps.store.open().some(({ plan }) => {
      if (plan.kind === 'restore' || plan.outputs.keyset !== keyset) return false;
      const { start, amounts } = plan.outputs;
      return counter >= start && counter < start + amounts.length;
    });
  }

  async #end(id: number, mint: Mint, operation: Operation<RestorePlan>): Promise<Operation> {
    const { store, committer, clock, ledger } = this.#deps;
    const { unit } = operation;
    const held = store
      .proofSums()
      .filter((sum) => sum.mint === mint.id && sum.unit === unit && isHeld(sum.state))
      .reduce((sum, { amount }) => sum + amount, operation.plan.found);
    const booked = store
      .bookSums()
      .filter((sum) => sum.mint === mint.id && sum.unit === unit)
      .reduce((sum, { amountMicro }) => sum + amountMicro, 0);
    const difference = held - booked / MICRO;
    const line = { kind: difference < 0 ? 'withdrawal' : 'deposit', what: 'restored', amount: difference } as const;
    const at = clock.now();
    await committer.commit([
      store.takeFound(id),
      ...bookings({ ledger, store }, operation, [line], at),
      store.setStale(mint.id, false),
      store.end(id, 'done', null, at),
    ]);
    return store.operation(id)!;
  }

  /** What went wrong, for the page: it goes on with the next try. */
  async note(mint: Mint, unit: string, error: unknown): Promise<void> {
    const { store, committer, logger } = this.#deps;
    const open = store.open().find((one) => one.kind === 'restore' && one.mint === mint.id && one.unit === unit);
    logger.warn('the mint could not be asked for everything', { mint: mint.url, error });
    if (open && error instanceof HearthError) await committer.commit([store.note(open.id, toReason(error))]);
  }
}

const isHeld = (state: string) => state === 'unspent' || state === 'reserved';
