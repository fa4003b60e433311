// Runs operations to their end: asks the mint, finds out what happened, writes it down. Whatever ends in between, the next run of the
// program goes on from what is on disk. One at a time for each mint and unit.

import { backoffMs } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import { Emitter } from '../base/emitter.ts';
import { HearthError, toReason } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import { Turns } from '../base/turns.ts';
import type { Ledger } from '../payments/ledger.ts';
import type { Vault } from '../secrets/vault.ts';
import type { Committer, Write } from '../storage/write.ts';
import type { Blinding } from './blinding/blinding.ts';
import type { OutputPlan, OwnProof } from './blinding/cashu.ts';
import { bookings, linesOf } from './books.ts';
import { failureOf, waitingOf } from './endings.ts';
import { askMint, type Findings, findOut } from './inquiry.ts';
import { type Failure, type Last, next, type Signed, type Waiting } from './machine.ts';
import type { BlindedMessage, MintClient, WireProof } from './mint/client.ts';
import type { Mints } from './mints.ts';
import { type AskPlan, type Operation, untilOf } from './operation.ts';
import { renewed } from './planner.ts';
import { lastSigned } from './search.ts';
import { sumOf } from './select.ts';
import type { Mint, WalletStore } from './store.ts';

export interface OperationsDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly committer: Committer;
  readonly store: WalletStore;
  readonly mints: Mints;
  readonly ledger: Pick<Ledger, 'book'>;
  readonly vault: Vault;
  /** Throws NoWallet where there is none. */
  readonly seed: () => Uint8Array;
  readonly settled: SettledWrites;
  readonly blinding: Pick<Blinding, 'do'>;
}

/** What is committed with an operation that is done, besides its proofs and entries. Asked again where that commit failed. */
export type SettledWrites = (operation: Operation) => readonly Write[];

/** What is asked in one go before it waits: a mint that says one thing and does another is asked again later. */
const MOST_STEPS = 8;
const MOST_ASKS = 2;
/** After that many other sets of outputs the mint only waits for the user to give up. */
const MOST_RENEWED = 5;
const RETRY = { firstMs: 2000, longestMs: 10 * 60_000 };

export type Ask = Operation<AskPlan>;

/** An own proof or that of a token, as the mint is given it. */
export interface Input extends WireProof {
  readonly keyset: string;
  /** Undefined for those of a token. */
  readonly own?: OwnProof;
}

export class Operations {
  readonly #deps: OperationsDeps;
  readonly #turns = new Turns();
  readonly #events = new Emitter<{ changed: Operation }>();
  /** Of operations that wait: when they are tried again, and how often they were. */
  readonly #timers = new Map<number, () => void>();
  readonly #tries = new Map<number, number>();
  #newest: number;
  #stopped = false;

  constructor(deps: OperationsDeps) {
    this.#deps = deps;
    this.#newest = deps.store.newest();
  }

  /** After each change of one, once it is on disk. */
  onChange(listener: (operation: Operation) => void): () => void {
    return this.#events.on('changed', listener);
  }

  /** Alone with a mint and unit: nothing else is chosen, counted or asked there meanwhile. */
  alone<T>(mint: number, unit: string, work: () => Promise<T>): Promise<T> {
    return this.#turns.take(`${mint} ${unit}`, work);
  }

  number(): number {
    this.#newest += 1;
    return this.#newest;
  }

  /** What was open when the program ended. Returns at once. */
  resume(): void {
    for (const { id, kind } of this.#deps.store.open()) if (kind !== 'restore') this.#retry(id, 0);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    await this.#turns.idle();
  }

  /**
   * Writes an operation down, with all that it needs. To be called alone with its mint and unit. `token`: the proofs of one that is
   * redeemed, which are sealed in the same commit.
   */
  async begin(operation: Ask, writes: readonly Write[], token?: readonly WireProof[]): Promise<void> {
    const { committer, store, vault } = this.#deps;
    const all = [store.begin(operation), ...writes];
    const written =
      token === undefined
        ? committer.commit(all)
        : vault.put({ [sealedName(operation.id)]: JSON.stringify(token) }, all);
    // While the disk works: what is asked of the mint next finds them made.
    await Promise.allSettled([written, this.#outputs(operation)]);
    await written;
    this.#events.emit('changed', operation);
  }

  /** Asks for one that has just begun. Alone with its mint and unit. Answers it as it is then: done, failed, or open. */
  async ask(id: number): Promise<Operation> {
    return this.#drive(id, undefined);
  }

  /** Looks once more at one that waits; answers it as it is then. */
  async retry(id: number): Promise<Operation> {
    const { store } = this.#deps;
    const operation = store.operation(id)!;
    return this.alone(operation.mint, operation.unit, () => this.#drive(id, lastOf(store.operation(id)!)));
  }

  async #drive(id: number, start: Last | undefined): Promise<Operation> {
    const { store } = this.#deps;
    this.#timers.get(id)?.();
    this.#timers.delete(id);
    try {
      return await this.#steps(id, start);
    } catch (error) {
      // Whatever went wrong here is no word of the mint's about the money: it stays open.
      if (!this.#stopped) {
        this.#deps.logger.warn('an operation of the wallet could not go on', { operation: id, error });
        this.#later(id);
      }
      return store.operation(id)!;
    }
  }

  async #steps(id: number, start: Last | undefined): Promise<Operation> {
    const { store, mints, clock } = this.#deps;
    let last = start;
    let asked = 0;
    for (let step = 0; step < MOST_STEPS; step++) {
      const operation = store.operation(id) as Ask;
      if (operation.state !== 'open') return operation;
      const mint = mints.byId(operation.mint);
      const client = mints.clientOf(mint);
      const inputs = await this.#inputs(operation);
      const outputs = await this.#outputs(operation);
      if (last === undefined) {
        asked += 1;
        const answer = await askMint(client, operation.plan, inputs, outputs);
        if (answer.is === 'signed') {
          if (await this.#finish(operation, inputs, answer.signed)) return store.operation(id)!;
          last = { is: 'unknown', why: 'signatures that are none' };
        } else {
          last = answer;
        }
        continue;
      }
      const found = await findOut(client, operation.plan, inputs, outputs);
      const asks = operation.plan.outputs.amounts.length > 0;
      const then = next(last, found, {
        nowS: Math.floor(clock.now() / 1000),
        asks,
        restores: mint.restores,
        untilS: untilOf(operation),
      });
      switch (then.do) {
        case 'ask':
          if (asked >= MOST_ASKS) return this.#wait(operation, mint, 'mint-away');
          last = undefined;
          break;
        case 'renew':
          if (operation.plan.renewed >= MOST_RENEWED) return this.#wait(operation, mint, 'mint-inconsistent');
          await this.#renew(operation, mint, client, inputs, then.stale);
          last = undefined;
          break;
        case 'wait':
          return this.#wait(operation, mint, then.for);
        case 'finish':
          if (await this.#finish(operation, inputs, then.signed)) return store.operation(id)!;
          return this.#wait(operation, mint, 'mint-inconsistent');
        case 'fail':
          return this.#fail(operation, mint, inputs, then.failure, found);
      }
    }
    const operation = store.operation(id)!;
    return this.#wait(operation as Ask, mints.byId(operation.mint), 'mint-inconsistent');
  }

  #outputs({ plan }: Ask): Promise<readonly BlindedMessage[]> {
    return this.#deps.blinding.do({ kind: 'outputs', seed: this.#deps.seed(), plan: plan.outputs });
  }

  async #inputs({ id, plan }: Ask): Promise<readonly Input[]> {
    if (plan.kind === 'deposit') return [];
    if (plan.kind === 'receive') {
      const sealed = JSON.parse(this.#deps.vault.get(sealedName(id)) ?? '[]') as WireProof[];
      return sealed.map((proof) => ({ ...proof, keyset: proof.id }));
    }
    const { store, blinding, seed } = this.#deps;
    const proofs = store.inputsOf(id);
    const inputs = await blinding.do({ kind: 'inputs', seed: seed(), proofs });
    return inputs.map((input, n) => ({ ...input, keyset: input.id, own: proofs[n]! }));
  }

  /** False: a signature is none of the mint's, and nothing was written. */
  async #finish(operation: Ask, inputs: readonly Input[], signatures: Signed): Promise<boolean> {
    const { store, clock, ledger, blinding, seed } = this.#deps;
    const { id, plan } = operation;
    const keys = store.keyset(plan.outputs.keyset)?.keys ?? {};
    const proofs = await blinding.do({
      kind: 'proofs',
      seed: seed(),
      plan: plan.outputs,
      signatures,
      keys,
      each: false,
    });
    if (proofs === null) return false;
    const fee = this.#feeOf(plan, inputs, proofs);
    if (fee < 0) return false;
    const given = plan.kind === 'send' ? plan.given : 0;
    const at = clock.now();
    const writes = [
      ...proofs.map((proof, n) => store.addProof(proof, n < given ? 'sent' : 'unspent', id)),
      ...signed(store, proofs.at(-1)),
      ...inputs.flatMap(({ own }) => (own ? [store.moveProof(own, 'reserved', 'spent')] : [])),
      ...(plan.kind === 'pay' ? [store.plan(id, { ...plan, paidFee: fee })] : []),
      ...bookings({ ledger, store }, operation, linesOf(plan, fee, plan.booking.job), at),
      ...this.#deps.settled(operation),
      store.end(id, 'done', null, at),
    ];
    await this.#end(operation, writes);
    return true;
  }

  /** What it cost, by the proofs that came of it. */
  #feeOf(plan: AskPlan, inputs: readonly Input[], proofs: readonly OwnProof[]): number {
    if (plan.kind === 'deposit') return 0;
    if (plan.kind === 'pay') return sumOf(inputs) - plan.amount - sumOf(proofs);
    return plan.fee;
  }

  async #fail(
    operation: Ask,
    mint: Mint,
    inputs: readonly Input[],
    failure: Failure,
    found: Findings,
  ): Promise<Operation> {
    const { store, clock } = this.#deps;
    const { id, unit } = operation;
    const states = 'inputs' in found && found.inputs.is === 'ok' ? found.inputs.value : [];
    const lost = failure.why === 'spent' ? inputs.filter((_, n) => states[n] === 'SPENT') : [];
    const error = failureOf(failure, mint.url, { lost: sumOf(lost.filter(({ own }) => own)), unit });
    const isStale = failure.why === 'spent' && failure.stale;
    const writes = [
      ...(isStale ? [store.setStale(mint.id, true)] : []),
      ...inputs.flatMap((input) =>
        input.own ? [store.moveProof(input.own, 'reserved', lost.includes(input) ? 'lost' : 'unspent')] : [],
      ),
      store.end(id, 'failed', toReason(error), clock.now()),
    ];
    await this.#end(operation, writes);
    return store.operation(id)!;
  }

  /** Its last commit; a token's proofs are let go of with it. */
  async #end(operation: Ask, writes: readonly Write[]): Promise<void> {
    const { committer, vault, store } = this.#deps;
    if (operation.kind === 'receive') await vault.put({ [sealedName(operation.id)]: null }, writes);
    else await committer.commit(writes);
    this.#tries.delete(operation.id);
    this.#events.emit('changed', store.operation(operation.id)!);
  }

  async #renew(
    operation: Ask,
    mint: Mint,
    client: MintClient,
    inputs: readonly Input[],
    stale: boolean,
  ): Promise<void> {
    const { store, committer } = this.#deps;
    const { id, unit, plan } = operation;
    if (stale) await this.#moveOn(mint, client, plan.outputs);
    try {
      const { plan: other, writes } = await renewed(this.#deps, mint, unit, plan, inputs);
      await committer.commit([...writes, store.plan(id, other)]);
    } catch (error) {
      if (!(error instanceof HearthError) || (error.category !== 'invalid' && error.category !== 'denied')) throw error;
      // The fee has grown beyond what there is: the mint has done nothing, and will not.
      const released = inputs.flatMap(({ own }) => (own ? [store.moveProof(own, 'reserved', 'unspent')] : []));
      await this.#end(operation, [...released, store.end(id, 'failed', toReason(error), this.#deps.clock.now())]);
    }
  }

  /** Past all counters that were ever signed: this is an older copy of the wallet, and its mint is to be asked what else there is. */
  async #moveOn(mint: Mint, client: MintClient, { keyset, start }: OutputPlan): Promise<void> {
    const { store, committer } = this.#deps;
    const { blinding, seed } = this.#deps;
    const end = await lastSigned({ client, url: mint.url, seed: seed(), blinding }, keyset, start);
    const moved = end === undefined ? [] : [store.signedBefore(keyset, end + 1)];
    await committer.commit([...moved, store.setStale(mint.id, true)]);
  }

  async #wait(operation: Ask, mint: Mint, why: Waiting): Promise<Operation> {
    const { store, committer } = this.#deps;
    const reason = waitingOf(why, mint.url);
    if (operation.reason?.code !== reason.code) {
      await committer.commit([store.note(operation.id, reason)]);
      this.#events.emit('changed', store.operation(operation.id)!);
    }
    this.#later(operation.id);
    return store.operation(operation.id)!;
  }

  #later(id: number): void {
    const tries = this.#tries.get(id) ?? 0;
    this.#tries.set(id, tries + 1);
    this.#retry(id, backoffMs(tries, RETRY, this.#deps.random));
  }

  #retry(id: number, ms: number): void {
    if (this.#stopped) return;
    this.#timers.get(id)?.();
    const cancel = this.#deps.clock.after(ms, () => {
      this.#timers.delete(id);
      this.retry(id).catch((error: unknown) => {
        this.#deps.logger.warn('an operation of the wallet could not be tried again', { operation: id, error });
      });
    });
    this.#timers.set(id, cancel);
  }
}

/** What is known of the mint's answer from before: that it was at it, where that was written down. */
function lastOf({ reason }: Operation): Last {
  return reason?.code === waitingOf('payment-pending', '').code ? { is: 'pending' } : { is: 'none' };
}

const signed = (store: WalletStore, last: OwnProof | undefined): readonly Write[] =>
  last ? [store.signedBefore(last.keyset, last.counter + 1)] : [];

function sealedName(id: number): string {
  return `wallet.operation.${id}`;
}
