// Holes to other nodes: ours to them, by an offer and its answer, and theirs to us. One attempt for each node at a time.

import type { Clock } from '../../../base/clock.ts';
import type { Random } from '../../../base/random.ts';
import { encodeNpub, nodeAddrOf } from '../identity/names.ts';
import { TokenBucket } from '../links/token-bucket.ts';
import { type AttemptDeps, observe, runPunch } from './attempt.ts';
import { DISCOVERY } from './bounds.ts';
import type { Through } from './punch.ts';
import { planPunch } from './punch-plan.ts';
import { PunchSocket } from './punch-socket.ts';
import { Remembered } from './remembered.ts';
import type { MayReach } from './routable.ts';
import { type Answer, answerFault, newAnswer, newOffer, type Offer, offerFault, skewOf } from './signal.ts';
import { PUNCH_DELAY_MS, PUNCH_INTERVAL_MS, PUNCH_MS, REPLAY_MS, SIGNAL_MS } from './times.ts';

/** How an offer goes: through relays, or in the session that both have with each other through the mesh. */
export type By = 'relay' | 'session';

export type TraversalFault =
  /** The other end did not answer. */
  | 'no-answer'
  /** It won't. */
  | 'refused'
  /** Its answer makes no sense, or is not to our offer. */
  | 'invalid-answer'
  /** Neither STUN servers nor network cards tell an address that the other end could send to. */
  | 'no-addresses'
  /** Both tried, and nothing came through: as between routers that use another port for each destination. */
  | 'closed'
  /** Neither relays nor a session to send the offer by. */
  | 'no-way'
  | 'failed';

export interface Opened {
  /** x alone, hex. */
  readonly pubkey: string;
  readonly by: By;
  readonly outbound: boolean;
  readonly sessionId: string;
  readonly through: Through;
  /** To be released or closed. */
  readonly socket: PunchSocket;
}

export interface TraversalPorts extends AttemptDeps {
  readonly clock: Clock;
  readonly random: Random;
  /** Ours, x alone. */
  readonly xOnly: Uint8Array;
  how(): { readonly stunServers: readonly string[]; readonly local: readonly string[]; readonly mayReach: MayReach };
  /** False: there is no way to. */
  tell(pubkey: string, signal: Offer | Answer, by: By): boolean;
  /** Whether this node would have it as a neighbour, and hasn't yet. */
  wants(pubkey: string): boolean;
  skewed(pubkey: string, skewMs: number): void;
  opened(opened: Opened): void;
  /** `said`: what the other end says of it. */
  failed(pubkey: string, by: By, fault: TraversalFault, said?: string): void;
}

interface Own {
  readonly offer: Offer | undefined;
  readonly answered: (answer: Answer) => void;
}

class Failed extends Error {
  readonly fault: TraversalFault;
  constructor(fault: TraversalFault, said?: string) {
    super(said ?? '');
    this.fault = fault;
  }
}

const MINUTE = 60_000;

export class Traversals {
  readonly #ports: TraversalPorts;
  readonly #npub: string;
  readonly #own = new Map<string, Own>();
  readonly #answering = new Set<string>();
  /** When an offer of each was last looked at; the ids of those that were answered. */
  readonly #offered = new Remembered(DISCOVERY.sessionsSeen);
  readonly #seen = new Remembered(DISCOVERY.sessionsSeen);
  readonly #offers: TokenBucket;
  readonly #under = new Set<Promise<void>>();
  #stopping = new AbortController();

  constructor(ports: TraversalPorts) {
    this.#ports = ports;
    this.#npub = encodeNpub(ports.xOnly);
    const { offersPerMinute } = DISCOVERY;
    this.#offers = new TokenBucket(offersPerMinute, (offersPerMinute * 1000) / MINUTE, ports.clock.monotonic());
  }

  isUnderWay(pubkey: string): boolean {
    return this.#own.has(pubkey) || this.#answering.has(pubkey);
  }

  /** Begins an attempt. False: one is under way, or there are too many. */
  request(pubkey: string, by: By): boolean {
    if (this.#own.has(pubkey) || this.#own.size >= DISCOVERY.attempts) return false;
    this.#own.set(pubkey, { offer: undefined, answered: () => undefined });
    this.#track(
      this.#initiate(pubkey, by).catch((error: unknown) => {
        if (this.#stopping.signal.aborted) return;
        if (error instanceof Failed) this.#ports.failed(pubkey, by, error.fault, error.message || undefined);
        else this.#ports.failed(pubkey, by, 'failed');
      }),
    );
    return true;
  }

  /** From the node with that key, proven. */
  receive(pubkey: string, signal: Offer | Answer, by: By): void {
    if (signal.type === 'offer') this.#onOffer(pubkey, signal, by);
    else this.#onAnswer(pubkey, signal);
  }

  /** Ends all attempts; resolves when their sockets are closed. It may be used again. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('discovery is stopped'));
    await Promise.all(this.#under);
    this.#stopping = new AbortController();
  }

  async #initiate(pubkey: string, by: By): Promise<void> {
    const { clock, random } = this.#ports;
    const how = this.#ports.how();
    const { signal } = this.#stopping;
    const done = new AbortController();
    const settled = () => done.abort(new Error('the attempt is over'));
    const ends = { senderNpub: this.#npub, recipientNpub: npubOf(pubkey) };
    try {
      await this.#withSocket(async (socket) => {
        const observed = await observe(this.#ports, { datagrams: socket, port: socket.port }, how, signal);
        if (!observed.reflexive && observed.local.length === 0) throw new Failed('no-addresses');
        const offer = newOffer(ends, observed, clock.now(), random);
        const { promise, resolve } = Promise.withResolvers<Answer | undefined>();
        this.#own.set(pubkey, { offer, answered: resolve });
        if (!this.#ports.tell(pubkey, offer, by)) throw new Failed('no-way');
        const late = clock.sleep(SIGNAL_MS, AbortSignal.any([signal, done.signal])).then(() => undefined);
        late.catch(() => undefined);
        const answer = await Promise.race([promise, late]);
        if (!answer) throw new Failed('no-answer');
        if (!answer.accepted) throw new Failed('refused', answer.reason);
        const plan = planPunch(offer.sessionId, observed, answer, how.mayReach);
        const through = plan && (await runPunch(clock, socket, plan, signal));
        if (!through) throw new Failed(plan ? 'closed' : 'no-addresses');
        this.#own.delete(pubkey);
        this.#ports.opened({ pubkey, by, outbound: true, sessionId: offer.sessionId, through, socket });
      });
    } finally {
      settled();
      this.#own.delete(pubkey);
    }
  }

  #onAnswer(pubkey: string, answer: Answer): void {
    const own = this.#own.get(pubkey);
    // Answers that are not to our offer may be a stranger's try, and are no reason to end an honest attempt.
    if (!own?.offer || answer.inReplyTo !== own.offer.nonce) return;
    const now = this.#ports.clock.now();
    if (answerFault(answer, own.offer, { from: npubOf(pubkey), to: this.#npub }, now)) return;
    const skew = skewOf(own.offer, answer, now);
    if (skew !== undefined) this.#ports.skewed(pubkey, skew);
    own.answered(answer);
  }

  #onOffer(pubkey: string, offer: Offer, by: By): void {
    const { clock, xOnly } = this.#ports;
    const [at, receivedAt] = [clock.monotonic(), clock.now()];
    if (offerFault(offer, { from: npubOf(pubkey), to: this.#npub }, receivedAt)) return;
    if (this.#offered.isWithin(pubkey, DISCOVERY.offerPauseMs, at)) return;
    if (this.#answering.size >= DISCOVERY.offers || this.#answering.has(pubkey) || !this.#offers.take(at)) return;
    if (!this.#ports.wants(pubkey) || this.#seen.isWithin(offer.sessionId, REPLAY_MS, at)) return;
    this.#seen.set(offer.sessionId, at);
    // Of two that offer at once, the smaller one goes on.
    if (this.#own.has(pubkey) && nodeAddrOf(xOnly) < nodeAddrOf(Buffer.from(pubkey, 'hex'))) return;
    this.#offered.set(pubkey, at);
    this.#answering.add(pubkey);
    const answering = this.#answer(pubkey, offer, receivedAt, by).catch(() => undefined);
    this.#track(answering.finally(() => this.#answering.delete(pubkey)));
  }

  async #answer(pubkey: string, offer: Offer, receivedAt: number, by: By): Promise<void> {
    const { clock, random } = this.#ports;
    const how = this.#ports.how();
    const { signal } = this.#stopping;
    await this.#withSocket(async (socket) => {
      const observed = await observe(this.#ports, { datagrams: socket, port: socket.port }, how, signal);
      const plan = planPunch(offer.sessionId, observed, offer, how.mayReach);
      const now = clock.now();
      const mayCome = plan && (observed.reflexive !== undefined || observed.local.length > 0);
      const punch = mayCome && { startAtMs: now + PUNCH_DELAY_MS, intervalMs: PUNCH_INTERVAL_MS, durationMs: PUNCH_MS };
      const answer = newAnswer(offer, observed, { receivedAt, now, punch: punch || undefined }, random);
      if (!this.#ports.tell(pubkey, answer, by) || !plan || !punch) return;
      const through = await runPunch(clock, socket, plan, signal);
      if (!through) return;
      this.#ports.opened({ pubkey, by, outbound: false, sessionId: offer.sessionId, through, socket });
    });
  }

  /** It is closed unless it was released. */
  async #withSocket(use: (socket: PunchSocket) => Promise<void>): Promise<void> {
    const socket = await PunchSocket.open();
    try {
      await use(socket);
    } finally {
      socket.close();
    }
  }

  #track(under: Promise<void>): void {
    this.#under.add(under);
    void under.finally(() => this.#under.delete(under));
  }
}

const npubOf = (pubkey: string) => encodeNpub(Buffer.from(pubkey, 'hex'));
