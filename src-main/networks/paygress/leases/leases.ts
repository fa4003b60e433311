// Carries leases through their life: does what a lease's state asks for, gives what came about to the machine, and commits what it says,
// together with the rows of the house and of the wallet. One step at a time for each lease, whatever asks for it.

import type { BoxSpec } from '../../../backends/workloads/backend.ts';
import { HearthError } from '../../../base/errors.ts';
import { Turns } from '../../../base/turns.ts';
import type { Write } from '../../../storage/write.ts';
import type { Payment } from '../../../wallet/network-wallet.ts';
import type { RunningJob } from '../../../work/work.ts';
import { Refusal, refusalBy, refusalOf } from '../refusal.ts';
import { accessText, placeText, whereOf } from './access.ts';
import type { LeaseDeps } from './deps.ts';
import { type Fact, type LeaseNext, next } from './machine.ts';
import type { LeasePayment } from './payment-store.ts';
import { bought, restMsat } from './price.ts';
import { Refunds } from './refunds.ts';
import type { Lease } from './store.ts';

/** What is sealed of a lease until it is over. */
export interface Kept {
  readonly box: BoxSpec;
  readonly password: string | null;
  /** In the box; null: it is ready when it runs. */
  readonly healthPort: number | null;
}

/** A token that is to be redeemed in this run of the program. */
interface Token {
  readonly text: string;
  readonly leastMsat: number;
  /** Of its volume, which is opened with it before the token is redeemed. */
  readonly volumeKey?: Uint8Array | undefined;
}

/** For a box to be ready once it was started; two of these and the mint fit into a customer's patience. */
const READY_MS = 35_000;
const LOOK_MS = 250;
const STOP_MS = 5000;
/** A top-up under way keeps a lease alive for so long beyond its end. */
const HOLD_MS = 90_000;

export class Leases {
  readonly refunds: Refunds;
  readonly #deps: LeaseDeps;
  readonly #turns = new Turns();
  readonly #tokens = new Map<number, Token>();
  readonly #evicted = new Set<number>();
  /** Their volumes were encrypted, and nobody here can open them again. */
  readonly #locked = new Set<number>();
  readonly #ends = new Map<number, () => void>();
  readonly #stop = new AbortController();

  constructor(deps: LeaseDeps) {
    this.#deps = deps;
    this.refunds = new Refunds(deps);
    deps.held.keeper = this;
  }

  /** Nothing new is done; what is being done comes to the end of its step. */
  async stop(): Promise<void> {
    this.#stop.abort(new DOMException('the network stops', 'AbortError'));
    if (this.#deps.held.keeper === this) this.#deps.held.keeper = undefined;
    for (const end of this.#ends.values()) end();
    // A mint that answers later answers the wallet, which goes on without this network.
    await Promise.race([this.#turns.idle(), this.#deps.clock.sleep(STOP_MS)]);
  }

  /** Whether this lease is in the hands of this run: its claim is held. */
  has(job: number): boolean {
    return this.#deps.held.running.has(job);
  }

  /** One that has just been reserved, with the token that is to pay for it. */
  opened(running: RunningJob, token: Token): void {
    this.#deps.held.running.set(running.id, running);
    this.#tokens.set(running.id, token);
  }

  /** Takes it as far as it goes now. */
  drive(job: number): Promise<void> {
    return this.#turns.take(String(job), async () => {
      for (;;) {
        if (this.#stop.signal.aborted) return;
        const lease = this.#deps.store.lease(job);
        const fact = lease && (await this.#factOf(lease));
        if (!fact || !(await this.#move(lease, fact))) return;
      }
    });
  }

  /** Ends it before its time, with a refund of what is left. Resolves when it is gone. */
  async evict(job: number): Promise<void> {
    this.#evicted.add(job);
    await this.drive(job);
    if (this.#deps.store.lease(job)?.state === 'closed') return;
    await new Promise<void>((resolve) => this.#ends.set(job, resolve));
  }

  /** Its box was seen to run, or not to. */
  async seen(job: number, runs: boolean): Promise<void> {
    await this.#turns.take(String(job), async () => {
      const lease = this.#deps.store.lease(job);
      // Where others wait for it, its own machine says what is done.
      if (this.#deps.shared.of(job)) return;
      if (lease?.state === 'active' && (!runs || lease.tries > 0)) {
        await this.#move(lease, { is: runs ? 'runs' : 'does-not-run' });
      }
    });
  }

  /** Starts the box of one that is in force, whatever has become of it. Whether it runs and is ready. */
  startBox(job: number, signal: AbortSignal): Promise<boolean> {
    return this.#turns.take(String(job), async () => {
      const lease = this.#deps.store.lease(job);
      if (lease?.state !== 'active' || signal.aborted) return false;
      return await this.#start(lease, signal);
    });
  }

  /** Rejects as the engine does. */
  removeBox(job: number): Promise<void> {
    return this.#turns.take(String(job), async () => {
      const lease = this.#deps.store.lease(job);
      if (lease && lease.state !== 'closed') await this.#deps.boxes.remove(lease.box, this.#stop.signal);
    });
  }

  /** What was sold can't be kept: it ends, and what is left of the payment goes back. */
  lose(job: number, message: string): Promise<void> {
    return this.#turns.take(String(job), async () => {
      const lease = this.#deps.store.lease(job);
      if (lease?.state === 'active') await this.#move(lease, { is: 'lost', message });
    });
  }

  /** More time for what was paid: one commit with the payment's end. Throws Refusal where it does not run any more. */
  extend(job: number, payment: LeasePayment, also: (lease: Lease, until: number) => readonly Write[]): Promise<void> {
    return this.#turns.take(String(job), async () => {
      const { store } = this.#deps;
      const lease = store.lease(job);
      const running = this.#deps.held.running.get(job);
      if (!running || lease?.state !== 'active') throw new Refusal('race_lost', 'The lease ended meanwhile.');
      const { seconds, creditMsat } = bought(payment.msat, lease.creditMsat, lease.rateMsat);
      const until = lease.paidUntil + seconds * 1000;
      await running.extend(until, [
        store.extend(job, until, creditMsat),
        store.movePayment(payment.id, 'ours', 'used'),
        ...also(lease, until),
      ]);
      this.#deps.changed();
    });
  }

  /** A payment that the wallet has finished before this network was there to say what goes with it. */
  async reconcile({ job, fingerprint, state }: LeasePayment): Promise<boolean> {
    const { wallet, committer } = this.#deps;
    const found = state === 'asked' ? wallet.paymentBy(fingerprint) : undefined;
    if (found?.state !== 'done' || found.job !== job) return false;
    await committer.commit(this.received(found));
    return true;
  }

  /** What is committed with the proofs of a payment. */
  received({ job, msat, mint, unit }: Payment): readonly Write[] {
    const { store, wallet } = this.#deps;
    const promised = (store.lease(job)?.paidMsat ?? 0) + msat;
    return [...store.paid(job, { msat, mint, unit }), wallet.promise({ job, mint, unit }, promised)];
  }

  /** Does what the state asks for. Undefined: nothing is to be done now. */
  async #factOf(lease: Lease): Promise<Fact | undefined> {
    switch (lease.state) {
      case 'reserved':
        return this.#make(lease);
      case 'prepared':
        return this.#redeem(lease);
      case 'paid':
        if (this.#evicted.has(lease.job)) return { is: 'evicted' };
        if (lease.late) return { is: 'time' };
        return { is: (await this.#begin(lease)) ? 'runs' : 'does-not-run' };
      case 'active':
        return this.#watch(lease);
      case 'ending':
        return this.#clean(lease);
      case 'closed':
        return undefined;
    }
  }

  async #make(lease: Lease): Promise<Fact> {
    const token = this.#tokens.get(lease.job);
    if (!token) return { is: 'interrupted' };
    if (lease.late || this.#evicted.has(lease.job)) return NOT_NOW;
    const kept = this.kept(lease);
    if (!kept) return NOT_MADE;
    try {
      await this.#deps.boxes.create(kept.box, this.#stop.signal, token.volumeKey);
      return { is: 'made' };
    } catch (error) {
      this.#warn(lease.job, error);
      return NOT_MADE;
    }
  }

  async #redeem({ job, late }: Lease): Promise<Fact> {
    const { store, wallet } = this.#deps;
    const payment = store.payment(job);
    if (!payment) return { is: 'interrupted' };
    if (payment.state === 'ours' || (await this.reconcile(payment))) return { is: 'ours' };
    const token = this.#tokens.get(job);
    this.#tokens.delete(job);
    if (token && (late || this.#evicted.has(job))) return NOT_NOW;
    if (!token) return this.#found(payment);
    try {
      return factOf(await wallet.receive(token.text, { job, leastMsat: token.leastMsat }), job);
    } catch (error) {
      // Whatever the wallet throws, it throws before the mint hears of it; what was begun all the same is in its books.
      const found = wallet.paymentBy(payment.fingerprint);
      if (found) return factOf(found, job);
      return notOurs(refusalOf(error));
    }
  }

  /** What became of one that was asked for before. */
  #found({ fingerprint, job }: LeasePayment): Fact {
    const found = this.#deps.wallet.paymentBy(fingerprint);
    return found ? factOf(found, job) : { is: 'interrupted' };
  }

  /** For the first time. */
  #begin(lease: Lease): Promise<boolean> | boolean {
    const { shared } = this.#deps;
    const role = shared.of(lease.job)?.role;
    // A place is kept, and nothing is started.
    if (role === 'standby') return true;
    if (role === undefined) return this.#start(lease);
    const forMs = shared.mayStartForMs();
    return forMs > 0 && this.#start(lease, AbortSignal.timeout(forMs));
  }

  async #start(lease: Lease, until?: AbortSignal): Promise<boolean> {
    const { boxes, clock } = this.#deps;
    const kept = this.kept(lease);
    if (!kept) return false;
    const signal = until ? AbortSignal.any([this.#stop.signal, until]) : this.#stop.signal;
    try {
      // Whatever has become of it since it was made.
      if (lease.state === 'active' || lease.tries > 0) await boxes.create(kept.box, signal);
      await boxes.start(lease.box, signal);
      for (const end = clock.monotonic() + READY_MS; ; ) {
        const status = await boxes.status(lease.box, signal);
        if (status === 'stopped' || status === 'absent') return false;
        const { healthPort } = kept;
        if (status === 'running' && (healthPort === null || (await boxes.answers(lease.box, healthPort, signal)))) {
          return true;
        }
        if (clock.monotonic() > end) return false;
        await clock.sleep(LOOK_MS, signal);
      }
    } catch (error) {
      this.#warn(lease.job, error);
      if (error instanceof HearthError && error.code === 'workloads.volume-locked') this.#locked.add(lease.job);
      return false;
    }
  }

  async #watch(lease: Lease): Promise<Fact | undefined> {
    if (this.#evicted.has(lease.job)) return { is: 'evicted' };
    const now = this.#deps.clock.now();
    if (lease.paidUntil <= now) {
      const held = this.#deps.store.payment(lease.job) && now < lease.paidUntil + HOLD_MS;
      return held ? undefined : { is: 'time' };
    }
    if (lease.tries === 0 || lease.dueAt > now) return undefined;
    const runs = await this.#start(lease);
    if (this.#locked.has(lease.job)) return { is: 'lost', message: LOCKED };
    return { is: runs ? 'runs' : 'does-not-run' };
  }

  async #clean(lease: Lease): Promise<Fact> {
    try {
      await this.#deps.boxes.remove(lease.box, this.#stop.signal);
      return { is: 'gone' };
    } catch (error) {
      this.#warn(lease.job, error);
      return { is: 'not-gone' };
    }
  }

  /** Undefined: there is nothing kept any more, or it was sealed by another key. */
  kept({ sealed }: Lease): Kept | undefined {
    const text = sealed === null ? undefined : this.#deps.seal.open(sealed);
    return text === undefined ? undefined : (JSON.parse(text) as Kept);
  }

  /** Whether there is more to be done for it at once. */
  async #move(lease: Lease, fact: Fact): Promise<boolean> {
    const { clock, store, changed } = this.#deps;
    // What was found while the program is told to stop is found again in its next run.
    if (this.#stop.signal.aborted && FAILURES.has(fact.is)) return false;
    const now = clock.now();
    const then = next(lease, fact, now);
    if (!then) return false;
    try {
      await this.#commit(lease, then, now);
    } catch (error) {
      // It was told that it is too late while this was found out: then that is what counts.
      const isConflict = error instanceof HearthError && error.code === 'storage.conflict';
      if (isConflict && (store.lease(lease.job)?.late ?? false) !== lease.late) return true;
      throw error;
    }
    this.#note(lease, then);
    if (then.state === 'active' && lease.state === 'paid') this.#deps.shared.began(lease.job);
    if (then.state === 'ending' && then.ending) this.#deps.shared.ended(lease.job);
    if (then.state === 'ending' && then.ending && then.ending.due !== 'nothing') void this.refunds.look();
    changed();
    return then.dueAt <= now && then.state !== 'closed';
  }

  #note({ state }: Lease, then: LeaseNext): void {
    const { noted } = this.#deps;
    if (state === 'paid' && then.state === 'active') noted('lease-began');
    if (then.ending?.as === 'done') noted('lease-ended');
    if (then.ending && then.ending.due !== 'nothing') noted('lease-failed');
  }

  async #commit(lease: Lease, then: LeaseNext, now: number): Promise<void> {
    const { store, committer } = this.#deps;
    const { job } = lease;
    const writes: Write[] = [store.move(lease, then)];
    const running = this.#deps.held.running.get(job);
    const ports = store.ports(job).map(({ port }) => port);
    if (lease.state === 'paid' && then.state === 'active') {
      const { until, also } = this.#begun(lease, now);
      writes.push(...also);
      if (running) return await this.#shorten(running, until, writes);
    }
    if (then.ending) writes.push(...this.#ending(lease, then.ending, now));
    if (then.state !== 'closed') return await committer.commit(writes);
    writes.push(...this.#deps.shared.parting(lease), ...store.forget(job));
    if (running) await running.end({ ...endOf(lease), also: writes });
    else await committer.commit(writes);
    this.#deps.outside.close(ports);
    this.#deps.held.running.delete(job);
    this.#tokens.delete(job);
    this.#evicted.delete(job);
    this.#locked.delete(job);
    this.#ends.get(job)?.();
    this.#ends.delete(job);
  }

  /** Less than what was held for it when it was reserved, so that hours which have ended meanwhile are none of its customer's business. */
  async #shorten(running: RunningJob, until: number, writes: readonly Write[]): Promise<void> {
    try {
      await running.extend(until, writes);
    } catch (error) {
      if (!(error instanceof HearthError) || error.code !== 'work.lease-not-sold') throw error;
      await this.#deps.committer.commit(writes);
    }
  }

  #begun(lease: Lease, now: number): { readonly until: number; readonly also: readonly Write[] } {
    const { store, seal } = this.#deps;
    const payment = store.payment(lease.job)!;
    const { seconds, creditMsat } = bought(payment.msat, lease.creditMsat, lease.rateMsat);
    const until = now + seconds * 1000;
    const isPlace = this.#deps.shared.of(lease.job)?.role === 'standby';
    const text = isPlace ? placeText(lease, until) : this.accessOf(lease, until);
    return {
      until,
      also: [
        store.begin(lease.job, now, until, creditMsat, seal.seal(text)),
        store.movePayment(payment.id, 'ours', 'used'),
      ],
    };
  }

  /** How its customer gets in. */
  accessOf(lease: Lease, until: number): string {
    const { host, ports } = whereOf(this.#deps, lease.job);
    const kept = this.kept(lease);
    const inside = { host, password: kept?.password ?? undefined, internet: kept?.box.network !== 'none' };
    return accessText(lease, ports, inside, until);
  }

  /** Of root in it; null: nothing asks for one. */
  passwordOf(lease: Lease): string | null {
    return this.kept(lease)?.password ?? null;
  }

  #ending(lease: Lease, { due, message }: NonNullable<LeaseNext['ending']>, now: number): readonly Write[] {
    const { store, wallet } = this.#deps;
    const { job } = lease;
    const payment = store.payment(job);
    const spawn = payment?.kind === 'spawn' ? payment : undefined;
    const msat = due === 'all' ? lease.paidMsat : due === 'rest' ? restMsat(lease, now) : 0;
    return [
      ...(spawn ? [store.movePayment(spawn.id, spawn.state, spawn.state === 'asked' ? 'none' : 'used')] : []),
      // What its customer has had is its owner's to be paid out.
      ...store.mintsOf(job).map((at) => wallet.promise({ job, ...at }, msat)),
      ...(msat > 0 ? [store.owe({ job, request: spawn?.request ?? null, msat, why: message ?? '' }, now)] : []),
    ];
  }

  #warn(job: number, error: unknown): void {
    if (!this.#stop.signal.aborted) this.#deps.logger.warn('a lease could not go on as it should', { job, error });
  }
}

const LOCKED =
  'The computer was restarted, and the key to the encrypted volume is kept nowhere. What is left of the payment is given back.';

/** As the engine sees them when its call is aborted. */
const FAILURES: ReadonlySet<Fact['is']> = new Set(['not-made', 'does-not-run', 'not-gone', 'not-ours']);
const NOT_MADE: Fact = {
  is: 'not-made',
  code: 'backend_error',
  message: 'The machine could not be made. Your token was not touched.',
};
const NOT_NOW: Fact = {
  is: 'not-ours',
  code: 'backend_error',
  message: 'The machine was not ready in time. Your token was not touched.',
};

/** What the wallet says of a token, for this lease: the same token may have paid for another one. */
function factOf({ state, job, reason }: Payment, wanted: number): Fact {
  if (job !== wanted) return notOurs(refusalBy('wallet.token-spent'));
  if (state === 'done') return { is: 'ours' };
  return state === 'open' ? { is: 'unknown' } : notOurs(refusalBy(reason?.code));
}

const notOurs = ({ type, message }: Refusal): Fact => ({ is: 'not-ours', code: type, message });

function endOf({ endedAs, endCode }: Lease) {
  switch (endedAs) {
    case 'done':
      return { state: 'done' } as const;
    case 'evicted':
      return { state: 'cancelled', code: 'paygress.evicted' } as const;
    default:
      return { state: 'failed', code: `paygress.${(endCode ?? 'backend_error').replaceAll('_', '-')}` } as const;
  }
}
