// Where letters of strangers arrive: each is opened, held to how often its writer may ask, known again where it comes twice, and answered
// exactly once. An answer is committed with what it speaks of, and published from then on.

import { Emitter } from '../../../base/emitter.ts';
import { HearthError } from '../../../base/errors.ts';
import type { Logger } from '../../../base/logger.ts';
import { type Letter, openLetter } from '../../../nostr/envelope.ts';
import type { NostrEvent } from '../../../nostr/event.ts';
import type { Outbox } from '../../../nostr/outbox.ts';
import type { Received } from '../../../nostr/pool.ts';
import type { Signer } from '../../../nostr/signer.ts';
import type { Write } from '../../../storage/write.ts';
import { ADMISSION } from '../leases/bounds.ts';
import type { Asked } from '../leases/payment-store.ts';
import { Refusal, refusalBy } from '../refusal.ts';
import { answerTo } from '../wire/letter.ts';
import { type ErrorType, writeReply } from '../wire/reply.ts';
import { type PrivateRequest, readRequest, type SpawnRequest, type TopUpRequest } from '../wire/request.ts';
import { type Answer, Answers } from './answers.ts';
import { Queue } from './queue.ts';
import { Once, Rates } from './rates.ts';
import { type SpawnDeps, Spawning, tokenDigest } from './spawn.ts';
import { statusOf } from './status.ts';
import { ToppingUp } from './top-up.ts';

export interface RequestAdmissionDeps extends SpawnDeps {
  readonly signer: Signer;
  readonly outbox: Pick<Outbox, 'put'>;
  /** Counts what was refused, for the owner of this computer; committed with the answer. */
  readonly refused: (type: ErrorType) => readonly Write[];
}

/** A letter that is to be answered, and what is committed with its answer so that it never comes again. */
interface Incoming {
  readonly letter: Letter;
  readonly seen: readonly Write[];
  /** Its customer waits here for the answer, which is published nowhere. */
  readonly said?: (text: string) => void;
}

/** As many relays as there may be: nobody knows on which of them its customer listens. */
const ALL_RELAYS = 16;
const LOOK_MS = 1000;

export class RequestAdmission {
  readonly #deps: RequestAdmissionDeps;
  readonly #logger: Logger;
  readonly #answers: Answers;
  readonly #spawning: Spawning;
  readonly #toppingUp: ToppingUp;
  readonly #perKey = new Rates(ADMISSION.perKey, ADMISSION.keys);
  readonly #perRelay = new Rates(ADMISSION.perRelay, ADMISSION.keys);
  readonly #slowDown = new Once(60_000, ADMISSION.keys);
  readonly #nonsense = new Once(ADMISSION.nonsenseMs, ADMISSION.keys);
  readonly #underWay = new Set<Promise<void>>();
  /** By customer and token: the same again waits for what comes of the first. */
  readonly #sameToken = new Map<string, Promise<unknown>>();
  readonly #events = new Emitter<{ changed: undefined }>();
  readonly #unopened: { readonly event: NostrEvent; readonly seen: Write }[] = [];
  readonly #queue = new Queue(ADMISSION.atOnce, ADMISSION.waiting);
  readonly #stop = new AbortController();

  constructor(deps: RequestAdmissionDeps) {
    this.#deps = deps;
    this.#logger = deps.logger;
    this.#answers = new Answers(deps, deps.leases);
    this.#spawning = new Spawning(deps);
    this.#toppingUp = new ToppingUp(deps);
  }

  /** Never throws; what is made of it goes on by itself. */
  take({ event, relay, seen }: Received): void {
    const { signer, clock } = this.#deps;
    if (this.#stop.signal.aborted) return;
    const isOwn = event.pubkey === signer.publicKey;
    if (isOwn || !this.#perRelay.take(relay, clock.now())) {
      this.#begin(this.#commit([seen]));
      return;
    }
    // What can't be kept comes again: it was not seen.
    if (this.#unopened.length >= ADMISSION.unopened) return;
    this.#unopened.push({ event, seen });
    if (this.#unopened.length === 1) setImmediate(() => this.#openNext());
  }

  /** One at a time, and others' work in between: to open a letter takes milliseconds, and a relay brings hundreds at once. */
  #openNext(): void {
    const next = this.#unopened[0];
    if (!next || this.#stop.signal.aborted) return;
    const { signer } = this.#deps;
    const letter = openLetter(next.event, signer);
    const isRead = typeof letter === 'object' && letter.from !== signer.publicKey;
    this.#begin(isRead ? this.#receive({ letter, seen: [next.seen] }) : this.#commit([next.seen]));
    this.#unopened.shift();
    if (this.#unopened.length > 0) setImmediate(() => this.#openNext());
  }

  /**
   * Answers one that came another way than by a letter, and whose customer waits for it: the same as a letter gets. Who repeats it with the
   * same token hears what came of the first. `letter.from`: its customer's key; empty, where nobody but who has the token is known.
   */
  async ask(letter: Letter, request: PrivateRequest): Promise<string> {
    let text: string | undefined;
    const incoming: Incoming = { letter, seen: [], said: (answer) => (text = answer) };
    const work = this.#queue
      .take(() => this.#handle(incoming, request))
      .then(async (taken) => {
        if (!taken) await this.#refuse(incoming, BUSY);
        else text ??= await this.#toldAlready(letter, request);
      });
    this.#begin(work);
    await work.catch(() => undefined);
    return text ?? writeReply(NOT_READY.reply);
  }

  /** It was answered in the commit that made something of it, or by whoever asked the same before. */
  async #toldAlready(letter: Letter, request: PrivateRequest): Promise<string | undefined> {
    const { store } = this.#deps;
    const token = 'request' in request && 'cashu_token' in request.request ? request.request.cashu_token : undefined;
    const asked = store.request(letter.id) ?? (token && store.requestBy(letter.from, tokenDigest(token)));
    return asked ? (await this.#answers.of(asked, { isOver: true }))?.text : undefined;
  }

  /** What an earlier run took and did not answer, once its leases are where they belong. */
  resume(): void {
    const { store } = this.#deps;
    for (const asked of store.unanswered()) {
      this.#begin(
        this.#finish(asked, { letter: letterOf(asked), seen: [] }, this.#deps.clock.monotonic() + ADMISSION.answerMs),
      );
    }
  }

  /** Takes nothing more. Resolves when nothing is under way. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#queue.stop();
    await Promise.all(this.#underWay);
  }

  #begin(work: Promise<void>): void {
    const done = work
      .catch((error: unknown) => {
        if (!this.#stop.signal.aborted) this.#logger.error('a request could not be answered', { error });
      })
      .finally(() => this.#underWay.delete(done));
    this.#underWay.add(done);
  }

  async #receive(incoming: Incoming): Promise<void> {
    const { letter } = incoming;
    const { store, clock } = this.#deps;
    const now = clock.now();
    const known = store.request(letter.id);
    // Its answer is published until relays have it, or is being made.
    if (known) return this.#commit(incoming.seen);
    if (!this.#perKey.take(letter.from, now)) {
      if (!this.#slowDown.take(letter.from, now)) return this.#commit(incoming.seen);
      return this.#refuse(incoming, new Refusal('rate_limited', 'You ask too often. Try again in a minute.'));
    }
    const request = readRequest(letter.text);
    if (letter.at * 1000 < now - ADMISSION.freshMs) {
      return this.#refuse(
        incoming,
        new Refusal('request_expired', 'This request is too old. Your token was not touched.'),
      );
    }
    // What asks for nothing waits for no place, so that it takes none and is not told that we are busy.
    if (request.what === 'unknown' || request.what === 'malformed') return this.#handle(incoming, request);
    const taken = await this.#queue.take(() => this.#handle(incoming, request));
    if (!taken && !this.#stop.signal.aborted) await this.#refuse(incoming, BUSY);
  }

  async #handle(incoming: Incoming, request: PrivateRequest): Promise<void> {
    try {
      switch (request.what) {
        case 'spawn':
          return await this.#once(incoming, request.request, () => this.#spawn(incoming, request.request));
        case 'topup':
          return await this.#once(incoming, request.request, () => this.#topUp(incoming, request.request));
        case 'status': {
          const status = await statusOf(this.#deps, incoming.letter.from, request.request);
          return await this.#say(incoming, writeReply(status));
        }
        case 'malformed':
          throw new Refusal('invalid_request', `This request can’t be read at ${request.member || 'its beginning'}.`);
        case 'unknown':
          if (!this.#nonsense.take(incoming.letter.from, this.#deps.clock.now()))
            return await this.#commit(incoming.seen);
          throw new Refusal('invalid_request', 'This is no request that a Paygress provider knows.');
      }
    } catch (error) {
      if (this.#stop.signal.aborted) throw error;
      if (!(error instanceof Refusal)) this.#logger.warn('a request went wrong', { error });
      const refusal =
        error instanceof Refusal ? error : new Refusal('backend_error', 'Something went wrong. Ask again later.');
      await this.#refuse(incoming, refusal);
    }
  }

  /** One after another for the same token of the same customer: the second gets what came of the first. */
  async #once(
    incoming: Incoming,
    { cashu_token }: { readonly cashu_token: string },
    work: () => Promise<void>,
  ): Promise<void> {
    const { store } = this.#deps;
    const token = tokenDigest(cashu_token);
    const name = `${incoming.letter.from} ${token}`;
    for (let before = this.#sameToken.get(name); before; before = this.#sameToken.get(name))
      await before.catch(() => undefined);
    const known = store.requestBy(incoming.letter.from, token);
    if (known && !this.#isRefused(known)) return this.#repeat(known, incoming);
    const done = work();
    this.#sameToken.set(name, done);
    try {
      await done;
    } finally {
      this.#sameToken.delete(name);
    }
  }

  /** Its token was not taken, so that it may be tried again. */
  #isRefused({ id, reply }: Asked): boolean {
    return reply !== null && this.#deps.store.paymentFor(id)?.state === 'none';
  }

  async #spawn(incoming: Incoming, request: SpawnRequest): Promise<void> {
    const { leases, store, clock } = this.#deps;
    const until = clock.monotonic() + ADMISSION.answerMs;
    const job = await this.#spawning.reserve(incoming.letter, request);
    const asked = store.request(incoming.letter.id)!;
    this.#begin(leases.drive(job));
    await this.#finish(asked, incoming, until);
  }

  async #topUp(incoming: Incoming, request: TopUpRequest): Promise<void> {
    const { clock, store } = this.#deps;
    const until = clock.monotonic() + ADMISSION.topUpMs;
    const { asked, leastMsat } = await this.#toppingUp.begin(incoming.letter, request);
    const redeeming = this.#toppingUp.redeem(asked, request.cashu_token, leastMsat);
    redeeming.catch(() => undefined);
    const late = new AbortController();
    const timeout = clock.sleep(Math.max(0, until - clock.monotonic()), late.signal).then(
      () => false,
      () => false,
    );
    try {
      if (await Promise.race([redeeming, timeout])) {
        await this.#toppingUp.apply(store.paymentFor(asked.id)!, asked, request.pod_npub, this.#posting(incoming));
        if (store.request(asked.id)?.reply !== null) return;
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return await this.#answer(asked, incoming, plainAnswer(error));
    } finally {
      late.abort();
    }
    await this.#finish(asked, incoming, until);
  }

  /** A payment that only its mint knew of is ours now: it becomes time, or goes back. */
  async settle(): Promise<void> {
    const { store, wallet, committer, clock, leases } = this.#deps;
    for (const payment of store.pending()) {
      const { id, job, state, kind, request, fingerprint } = payment;
      const lease = store.lease(job)!;
      const asked = store.request(request);
      if (!asked) continue;
      if (kind === 'top-up' && (await leases.reconcile(payment))) return await this.settle();
      if (state === 'asked') {
        // Within this run the one who redeems it says so.
        const isOurs = this.#sameToken.has(`${asked.owner} ${asked.token}`);
        if (kind === 'top-up' && !isOurs && wallet.paymentBy(fingerprint) === undefined) {
          await committer.commit([store.movePayment(id, 'asked', 'none')]);
          if (asked.reply === null)
            await this.#answer(asked, { letter: letterOf(asked), seen: [] }, plainAnswer(NOT_TAKEN));
        }
        continue;
      }
      if (kind === 'top-up' && lease.endedAs === null) {
        const incoming = { letter: letterOf(asked), seen: [] };
        await this.#toppingUp.apply(payment, asked, `container-${job}`, this.#posting(incoming));
      } else if (lease.endedAs !== null) {
        const why = 'The lease had ended before its payment arrived.';
        await committer.commit([
          store.movePayment(id, 'ours', 'used'),
          store.owe({ job, request, msat: payment.msat, why }, clock.now()),
        ]);
        await leases.refunds.look();
      }
    }
  }

  /** Answers one that was taken, as soon as something has come of it, or its customer waits no longer. */
  async #finish(asked: Asked, incoming: Incoming, until: number): Promise<void> {
    const { clock, store, leases } = this.#deps;
    const isSame = asked.id === incoming.letter.id && asked.reply === null;
    for (;;) {
      // It was answered in the commit that made something of it.
      if (isSame && store.request(asked.id)?.reply !== null) return await this.#commit(incoming.seen);
      const isOver = clock.monotonic() >= until;
      const answer = await this.#answers.of(store.request(asked.id) ?? asked, { isOver });
      if (answer) return await this.#answer(asked, incoming, answer);
      if (isOver) {
        if (await this.#tooLate(asked, incoming)) return;
        continue;
      }
      const wake = new AbortController();
      const signal = AbortSignal.any([wake.signal, this.#stop.signal]);
      const off = this.#events.on('changed', () => wake.abort());
      await clock.sleep(Math.min(LOOK_MS, Math.max(1, until - clock.monotonic())), signal).catch(() => undefined);
      off();
      if (this.#stop.signal.aborted) return;
      if (asked.kind === 'spawn' && !leases.has(asked.job) && store.lease(asked.job)?.state !== 'closed') return;
    }
  }

  /** Its customer is told that nothing came of it in time. False: something has, just now. */
  async #tooLate(asked: Asked, incoming: Incoming): Promise<boolean> {
    const { store } = this.#deps;
    const isAsked = store.payment(asked.job)?.state === 'asked';
    const refusal = isAsked ? MINT_SILENT : NOT_READY;
    const late = asked.kind === 'spawn' && !store.lease(asked.job)?.late ? [store.tooLate(asked.job)] : [];
    try {
      await this.#answer(asked, incoming, plainAnswer(refusal), late);
      return true;
    } catch (error) {
      if (error instanceof HearthError && error.code === 'storage.conflict') return false;
      throw error;
    }
  }

  /** The same request once more: it is answered as it stands now. */
  async #repeat(asked: Asked, incoming: Incoming): Promise<void> {
    await this.#finish(asked, incoming, this.#deps.clock.monotonic() + ADMISSION.topUpMs);
  }

  async #answer(asked: Asked, incoming: Incoming, answer: Answer, also: readonly Write[] = []): Promise<void> {
    const { store } = this.#deps;
    const first = store.request(asked.id)?.reply === null ? [store.answer(asked.id, answer.kept)] : [];
    await this.#commit([...also, ...first, ...this.#post(incoming, answer.text), ...store.told(answer.told)]);
    incoming.said?.(answer.text);
  }

  #posting(incoming: Incoming) {
    return (asked: Asked, text: string): readonly Write[] => {
      const { store } = this.#deps;
      if (store.request(asked.id)?.reply !== null) return [];
      return [store.answer(asked.id, text), ...this.#post(incoming, text)];
    };
  }

  async #refuse(incoming: Incoming, refusal: Refusal): Promise<void> {
    const text = writeReply(refusal.reply);
    await this.#commit([...this.#deps.refused(refusal.type), ...this.#post(incoming, text)]);
    incoming.said?.(text);
  }

  #say(incoming: Incoming, text: string): Promise<void> {
    return this.#commit(this.#post(incoming, text));
  }

  #post({ letter, seen, said }: Incoming, text: string): readonly Write[] {
    const { signer, random, clock, outbox } = this.#deps;
    if (said || letter.from === '') return seen;
    const now = clock.now();
    const event = answerTo(letter, text, { signer, random, now });
    return [...seen, ...outbox.put(event, { wanted: ALL_RELAYS, until: now + ADMISSION.repliesMs })];
  }

  async #commit(writes: readonly Write[]): Promise<void> {
    if (writes.length > 0) await this.#deps.committer.commit(writes);
  }

  /** To be called when a lease or a refund has changed. */
  changed(): void {
    this.#events.emit('changed', undefined);
  }
}

const BUSY = new Refusal('rate_limited', 'This provider is very busy. Your token was not touched.');
const MINT_SILENT = new Refusal(
  'mint_network_error',
  'The token’s mint has not said yet whether it was redeemed. If it was, what was paid is given back: send the same request again.',
);
const NOT_READY = new Refusal(
  'backend_error',
  'It was not ready in time. If your token was redeemed, what was paid is given back: send the same request again.',
);
const NOT_TAKEN = refusalBy('wallet.mint-unreachable');

function plainAnswer(refusal: Refusal): Answer {
  const text = writeReply(refusal.reply);
  return { text, kept: text, told: [] };
}

function letterOf({ id, owner, way, askedAt }: Asked): Letter {
  return { by: way, from: owner, text: '', id, at: askedAt };
}
