// One relay: does what link and talk say with a socket and a timer, and answers how the relay stands.

import type { Clock } from '../base/clock.ts';
import { assertNever } from '../base/errors.ts';
import type { Random } from '../base/random.ts';
import { Allowance } from './allowance.ts';
import { RELAY } from './bounds.ts';
import type { NostrEvent } from './event.ts';
import { type LinkAction, type LinkInput, type LinkState, linkStep, linkWakesAt, STOPPED } from './link.ts';
import { readRelayMessage } from './relay-message.ts';
import { type CountedConnection, type Dial, dial, type RelaySocket } from './relay-socket.ts';
import type { RelayUrl } from './relay-url.ts';
import type { SubscriptionSpec } from './subscription.ts';
import { type PublishAnswer, RelayTalk, type TalkAction } from './talk.ts';

/** What the pool does with what a relay says. */
export interface RelayOwner {
  /** The connection stands: what waits for this relay can be published. */
  opened(): void;
  /** There is none any more, or there was none to be had. */
  rests(): void;
  /** An event that was asked for, of unproven origin; answers whether it was genuine. */
  judge(name: string, event: NostrEvent): boolean;
  answered(id: string, answer: PublishAnswer): void;
  caughtUp(name: string, mark: number): void;
  /** What was asked for by this name is not to be had here, at least for now. */
  notHeard(name: string): void;
  mark(name: string): number | undefined;
  /** The event that logs in (NIP-42); undefined: without a key, or not wanted. */
  logIn(challenge: string): NostrEvent | undefined;
  watch(connection: CountedConnection): void;
}

export interface RelayDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly dial?: Dial | undefined;
}

export interface Said {
  readonly word: 'NOTICE' | 'CLOSED' | 'OK' | 'AUTH';
  readonly text: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** How a relay stands, for pages and checks. Times in epoch milliseconds. */
export interface RelayHealth {
  readonly url: string;
  readonly state: LinkState['is'];
  readonly since: number;
  /** Why it rests. */
  readonly why: string | undefined;
  readonly nextTryAt: number | undefined;
  /** All that it had stored has come. */
  readonly caughtUp: boolean;
  readonly loggedIn: boolean;
  /** Events that were asked for, published ones it took and refused, messages that no honest relay sends. */
  readonly events: number;
  readonly taken: number;
  readonly refused: number;
  readonly faults: number;
  readonly heardAt: number | undefined;
  /** The newest last. */
  readonly said: readonly Said[];
}

export class Relay {
  readonly at: RelayUrl;
  readonly #deps: RelayDeps;
  readonly #owner: RelayOwner;
  readonly #dial: Dial;
  readonly #talk: RelayTalk;
  #allowance = new Allowance({ perSecond: RELAY.events, burst: RELAY.burst });
  #link: LinkState = STOPPED;
  #since: number;
  #socket: RelaySocket | undefined;
  #cancelTimer: (() => void) | undefined;
  #cancelPause: (() => void) | undefined;
  readonly #counts = { events: 0, taken: 0, refused: 0, faults: 0 };
  #heardAt: number | undefined;
  /** When the first ping that has no answer was sent, epoch milliseconds. */
  #pingAt: number | undefined;
  #said: readonly Said[] = [];

  constructor(deps: RelayDeps, at: RelayUrl, owner: RelayOwner) {
    this.at = at;
    this.#deps = deps;
    this.#owner = owner;
    this.#dial = deps.dial ?? dial;
    this.#talk = new RelayTalk(deps.random);
    this.#since = deps.clock.now();
  }

  /** There is no connection to it, and none is being made. */
  get isResting(): boolean {
    return this.#link.is === 'resting';
  }

  get isOpen(): boolean {
    return this.#link.is === 'open';
  }

  start(): void {
    this.#step({ is: 'start' });
  }

  stop(): void {
    this.#step({ is: 'stop' });
  }

  subscribe(spec: SubscriptionSpec): void {
    this.#act(this.#talk.subscribe(spec, () => this.#owner.mark(spec.name), this.#moment()));
  }

  unsubscribe(name: string): void {
    this.#act(this.#talk.unsubscribe(name));
  }

  /** Sends it and waits for the answer, if the connection stands. */
  publish(event: NostrEvent): void {
    this.#act(this.#talk.publish(event, this.#moment()));
  }

  /** Sends it and waits for nothing. */
  send(event: NostrEvent): void {
    this.#socket?.send(JSON.stringify(['EVENT', event]));
  }

  health(): RelayHealth {
    const link = this.#link;
    const resting = link.is === 'resting' ? link : undefined;
    return {
      url: this.at.url,
      state: link.is,
      since: this.#since,
      why: resting?.why,
      nextTryAt: resting && this.#deps.clock.now() + Math.max(0, resting.until - this.#deps.clock.monotonic()),
      caughtUp: this.#talk.caughtUp,
      loggedIn: this.#talk.loggedIn,
      ...this.#counts,
      heardAt: this.#heardAt,
      said: this.#said,
    };
  }

  #moment() {
    return { at: this.#deps.clock.monotonic(), wall: this.#deps.clock.now() };
  }

  #step(input: LinkInput): void {
    const before = this.#link;
    const { state, do: actions } = linkStep(before, input, this.#deps.clock.monotonic(), this.#deps.random);
    this.#link = state;
    if (state.is !== before.is) this.#since = this.#deps.clock.now();
    if (before.is === 'open' && state.is !== 'open') {
      this.#cancelPause?.();
      this.#pingAt = undefined;
      this.#act(this.#talk.closed());
    }
    for (const action of actions) this.#do(action);
    if (before.is !== 'open' && state.is === 'open') {
      this.#act(this.#talk.opened(this.#moment()));
      this.#owner.opened();
    }
    if (before.is !== 'resting' && state.is === 'resting') this.#owner.rests();
    this.#arm();
  }

  #do(action: LinkAction): void {
    switch (action) {
      case 'connect':
        this.#allowance = new Allowance({ perSecond: RELAY.events, burst: RELAY.burst });
        this.#socket = this.#dial(this.at, {
          opened: (connection) => {
            this.#owner.watch(connection);
            this.#step({ is: 'opened' });
          },
          heard: (message) => this.#heard(message),
          ponged: () => {
            const at = this.#pingAt;
            this.#pingAt = undefined;
            this.#step({ is: 'heard' });
            if (at !== undefined) this.#act(this.#talk.alive(at));
          },
          closed: (why) => this.#step({ is: 'closed', why }),
        });
        return;
      case 'ping':
        this.#pingAt ??= this.#deps.clock.now();
        this.#socket?.ping();
        return;
      case 'hang-up':
        this.#socket?.close();
        this.#socket = undefined;
        return;
      default:
        assertNever(action);
    }
  }

  #heard(bytes: Buffer | undefined): void {
    if (!this.isOpen) return;
    this.#heardAt = this.#deps.clock.now();
    this.#step({ is: 'heard' });
    this.#slow(this.#allowance.take(this.#deps.clock.monotonic()));
    const message = bytes && readRelayMessage(bytes);
    if (message) this.#act(this.#talk.hear(message, this.#moment()));
    else this.#fault('messages that make no sense');
  }

  /** Reads nothing more for so long. What has been read of the socket by now still comes. */
  #slow(ms: number): void {
    if (ms === 0) return;
    const socket = this.#socket;
    socket?.pause();
    this.#cancelPause?.();
    this.#cancelPause = this.#deps.clock.after(ms, () => socket?.resume());
  }

  #fault(why: string): void {
    this.#counts.faults += 1;
    this.#step({ is: 'fault', why });
  }

  #act(actions: readonly TalkAction[]): void {
    for (const action of actions) this.#carryOut(action);
    this.#arm();
  }

  #carryOut(action: TalkAction): void {
    switch (action.do) {
      case 'send':
        this.#socket?.send(JSON.stringify(action.message));
        return;
      case 'sign': {
        const event = this.#owner.logIn(action.challenge);
        if (event) this.#act(this.#talk.logIn(event));
        return;
      }
      case 'judge':
        if (this.#owner.judge(action.name, action.event)) this.#counts.events += 1;
        else this.#fault('events with wrong signatures');
        return;
      case 'answered':
        if (action.answer.is !== 'silent') this.#counts[action.answer.is] += 1;
        this.#owner.answered(action.id, action.answer);
        return;
      case 'caught-up':
        this.#owner.caughtUp(action.name, action.mark);
        return;
      case 'not-heard':
        this.#owner.notHeard(action.name);
        return;
      case 'said': {
        const said = { word: action.word, text: action.text, at: this.#deps.clock.now() };
        this.#said = [...this.#said.slice(1 - RELAY.kept), said];
        return;
      }
      case 'fault':
        this.#fault(action.why);
        return;
      default:
        assertNever(action);
    }
  }

  #arm(): void {
    this.#cancelTimer?.();
    const times = [linkWakesAt(this.#link), this.isOpen ? this.#talk.wakesAt() : undefined];
    const next = Math.min(...times.map((at) => at ?? Infinity));
    if (!Number.isFinite(next)) return;
    this.#cancelTimer = this.#deps.clock.after(Math.max(1, next - this.#deps.clock.monotonic()), () => {
      this.#step({ is: 'tick' });
      if (this.isOpen) this.#act(this.#talk.tick(this.#moment()));
    });
  }
}
