// Keeps this node listed in its directory: registers, beats, registers again when it was forgotten or has changed. While there is no
// address to tell it says so once and is silent, which costs it no place. What to do next is decided in registration.ts; here it is
// done, and nothing a directory answers can end the loop.

import type { Reason } from '../../../../src-preload/contract/define.ts';
import { backoffMs } from '../../../base/backoff.ts';
import type { Clock } from '../../../base/clock.ts';
import { type HearthError, toHearthError, toReason } from '../../../base/errors.ts';
import type { Loop } from '../../../base/lifecycle.ts';
import type { Logger } from '../../../base/logger.ts';
import type { Random } from '../../../base/random.ts';
import { away, heartbeat, isOpen, type NodeDescriptor, type Pulse, registration } from '../descriptor/descriptor.ts';
import { DirectoryRefused } from '../errors.ts';
import type { Identity } from '../identity/identity.ts';
import type { Journal } from '../observe/journal.ts';
import type { Granted } from './directory.ts';
import { GARBLED } from './directory-calls.ts';
import type { BeatReply } from './directory-replies.ts';
import type { EventLog } from './events.ts';
import { type Listed, ListingCheck, prefixOf } from './listing.ts';
import type { Batch } from './metrics.ts';
import {
  BEAT_BOUNDS,
  initialRegistration,
  type RegistrationEvent,
  type RegistrationState,
  step,
} from './registration.ts';

export interface MembershipDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly identity: Identity;
  readonly directory: {
    register(body: object, signal: AbortSignal): Promise<Granted>;
    heartbeat(body: object, token: string, signal: AbortSignal): Promise<BeatReply>;
    deregister(nodeId: string, token: string, signal: AbortSignal): Promise<void>;
    listed(prefix: string, signal: AbortSignal): Promise<Listed>;
  };
  readonly metrics: { next(): Promise<Batch | undefined>; accepted(batch: Batch): Promise<void> };
  /** What would be registered now; `nothing` without an address, `wait` while it is not known yet. */
  readonly descriptor: () => NodeDescriptor | 'nothing' | 'wait';
  readonly operatorHmacKey: () => string;
  readonly pulse: () => Pulse;
  readonly changed: () => void;
  /** Called with each heartbeat that was not accepted; status 0 where there was no answer, or none that was understood. */
  readonly beatFailed: (status: number, code: string) => void;
  readonly journal: Pick<Journal, 'note'>;
  /** Called with each event between this node and the directory. */
  readonly note: EventLog['note'];
}

/** What others may know of the membership; times are epoch milliseconds. */
export interface MembershipView {
  registered: boolean;
  registeredAt: number | null;
  /** Why the last registration failed; null once one succeeded. */
  registrationFailure: Reason | null;
  sequence: number;
  lastAcceptedAt: number | null;
  nextAt: number | null;
  beatFailure: Reason | null;
  reputation: number | null;
}

const FIRST_RETRY_MS = 1000;
const LEAVE_MS = 5000;

export class Membership implements Loop {
  readonly name = 'iicp membership';
  readonly view: MembershipView = {
    registered: false,
    registeredAt: null,
    registrationFailure: null,
    sequence: 0,
    lastAcceptedAt: null,
    nextAt: null,
    beatFailure: null,
    reputation: null,
  };
  readonly #deps: MembershipDeps;
  readonly #beatMs: number;
  #state: RegistrationState;
  /** What the directory holds of us, and what was last sent to it, as texts to compare with. */
  #held: string | undefined;
  #tried: string | undefined;
  /** The oldest registration that may have been taken without an answer, since the last that was answered. */
  #unanswered: NodeDescriptor | undefined;
  #challenge: string | undefined;
  /** What the directory answered to the beat that made us register again. */
  #afterStatus: number | undefined;
  readonly #listing = new ListingCheck();
  /** What this node serves, as the directory last accepted it. */
  #accepted: readonly string[] | undefined;
  /** It has said which batch of metrics it took, so it counts none twice. */
  #knowsBatches = false;
  /** The last thing that was done is a beat, and it was accepted. */
  #beaten = false;
  #wake: (() => void) | undefined;
  #woken = false;
  /** A beat is wanted at once, though it is not time for one. */
  #pressing = false;
  /** The directory has this node as away, and hears no more until it is back. */
  #silent = false;

  constructor(deps: MembershipDeps, options: { readonly beatMs: number }) {
    this.#deps = deps;
    this.#beatMs = options.beatMs;
    this.#state = initialRegistration(deps.clock.monotonic());
  }

  /** Looks at once whether what we say of ourselves has changed. */
  wake(): void {
    this.#woken = true;
    this.#wake?.();
  }

  /** The models that the directory knows of; undefined: it does not know this node. */
  get accepted(): readonly string[] | undefined {
    return this.#accepted;
  }

  /** The computer goes to sleep, or has slept, and its clock may have stood still: the directory hears at once how we stand. */
  beatNow(): void {
    this.#pressing = true;
    this.wake();
  }

  /** The directory does not know our key any more: registers again, as soon as it takes registrations. */
  renew(): void {
    this.#held = undefined;
    this.wake();
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#woken = false;
      const descriptor = this.#deps.descriptor();
      // No event says when the first look at the model servers ends without finding a model.
      if (descriptor === 'wait' && (this.#state.phase === 'unregistered' || this.#silent))
        await this.#rest(FIRST_RETRY_MS, signal);
      else if (descriptor === 'nothing') {
        await this.#fallSilent();
        await this.#rest(this.#beatMs, signal);
      } else {
        if (this.#silent && descriptor !== 'wait') this.#comeBack(descriptor);
        await this.#turn(descriptor === 'wait' ? undefined : descriptor, signal);
      }
    }
  }

  /** Says that no caller should come for now, as well as it can be said: a directory drops a silent node from its lists by itself. */
  async #fallSilent(): Promise<void> {
    if (this.#state.phase !== 'registered' || this.#silent) return;
    this.#silent = true;
    await this.#beat(AbortSignal.timeout(LEAVE_MS), 'away');
    this.view.registered = false;
    this.#deps.changed();
  }

  /** A beat is enough where all is as it was; at another address no caller is to be sent to the old one before the new one was taken. */
  #comeBack(descriptor: NodeDescriptor): void {
    this.#silent = false;
    if (textOf(descriptor) === this.#held) this.#pressing = true;
    else this.#state = initialRegistration(this.#deps.clock.monotonic());
  }

  /** Gives the place up, as well as it can be done. */
  async #withdraw(): Promise<void> {
    const { clock, directory, identity, logger, changed, note } = this.#deps;
    const began = clock.monotonic();
    const token = identity.token;
    this.#state = initialRegistration(clock.monotonic());
    this.#held = undefined;
    this.#accepted = undefined;
    this.view.registered = false;
    try {
      if (token === undefined) return;
      await directory.deregister(identity.nodeId, token, AbortSignal.timeout(LEAVE_MS));
      logger.info('deregistered');
      note('deregistered', { tookMs: clock.monotonic() - began });
    } catch (error) {
      note('deregistration-failed', { reason: toReason(toHearthError(error)), tookMs: clock.monotonic() - began });
      logger.warn('deregistering failed', { error });
    }
    changed();
  }

  /**
   * For the end of the network, when `run` has returned. `for-now` keeps the place; `for-good` gives it up, that of an earlier run
   * too. Never rejects.
   */
  async leave(how: 'for-now' | 'for-good'): Promise<void> {
    if (how === 'for-good') await this.#withdraw();
    else await this.#fallSilent();
  }

  async #turn(descriptor: NodeDescriptor | undefined, signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    // No models is what a model server that is away looks like: said by the heartbeat, not by registering without them.
    const known =
      descriptor && (descriptor.models.length > 0 || this.#state.phase === 'unregistered')
        ? textOf(descriptor)
        : undefined;
    const changed = known !== undefined && this.#tried !== undefined && known !== this.#held;
    const pressing = this.#pressing;
    this.#pressing = false;
    let effect = this.#apply(
      changed ? { kind: 'changed', untried: known !== this.#tried } : { kind: pressing ? 'pressing' : 'tick' },
    );
    while (effect !== 'wait' && !signal.aborted) {
      const event = effect === 'beat' ? await this.#beat(signal) : await this.#register(descriptor, signal);
      if (!event) return;
      this.#beaten = event.kind === 'beat-accepted';
      if (event.kind === 'registered') this.#listing.reset();
      effect = this.#apply(event);
      this.#deps.changed();
    }
    if (this.#beaten) await this.#checkListing(signal);
    if (!signal.aborted) await this.#rest(this.#state.nextAt - clock.monotonic(), signal);
  }

  /** Asks now and then whether others find us, as long as we want to be found. Never rejects. */
  async #checkListing(signal: AbortSignal): Promise<void> {
    const { directory, identity, journal, logger, pulse } = this.#deps;
    this.#beaten = false;
    if (!isOpen(pulse())) return this.#listing.reset();
    if (!this.#listing.due()) return;
    const listed = await directory.listed(prefixOf(identity.nodeId), signal).catch((): Listed => 'unknown');
    journal.note('recovery_check', `seq=${this.view.sequence} listed=${listed}`);
    if (!this.#listing.seen(listed)) return;
    logger.warn('the directory takes our heartbeats and does not list us: registering anew');
    this.renew();
  }

  #apply(event: RegistrationEvent) {
    const { clock, random } = this.#deps;
    const retry = { firstMs: Math.min(FIRST_RETRY_MS, this.#beatMs), longestMs: this.#beatMs };
    const next = step(this.#state, event, clock.monotonic(), {
      beatMs: this.#beatMs,
      retryMs: (failure) => backoffMs(failure, retry, random),
    });
    this.#state = next.state;
    this.view.registered = next.state.phase === 'registered';
    this.view.nextAt = Math.round(clock.now() + next.state.nextAt - clock.monotonic());
    return next.effect;
  }

  /**
   * A directory that registered this node and could not say so holds it with a token that is lost. It lets the same registration
   * through once more, for key and endpoint are those that it has (IICP 1.1), and refuses any other: so that one is repeated, and what
   * has changed since comes after it.
   */
  async #register(descriptor: NodeDescriptor | undefined, signal: AbortSignal): Promise<RegistrationEvent | undefined> {
    // Forgotten while there is nothing to offer: wait for models, then the next turn registers.
    if (!descriptor) return { kind: 'register-failed', status: 0, settled: false };
    this.#tried = textOf(descriptor);
    const outcome = await this.#tryToRegister(descriptor, signal);
    const unanswered = this.#unanswered;
    if (outcome?.kind !== 'register-failed' || outcome.status !== 403 || !unanswered) return outcome;
    this.#unanswered = undefined;
    return textOf(unanswered) === this.#tried ? outcome : await this.#tryToRegister(unanswered, signal);
  }

  async #tryToRegister(descriptor: NodeDescriptor, signal: AbortSignal): Promise<RegistrationEvent | undefined> {
    const { clock, directory, identity, logger, note } = this.#deps;
    const token = identity.token;
    const began = clock.monotonic();
    const patience = this.#patience(signal);
    try {
      const hmacKey = identity.hmacKey(this.#deps.operatorHmacKey());
      const body = { ...registration(descriptor, hmacKey), ...(token ? { current_node_token: token } : {}) };
      const granted = await directory.register(body, patience.signal);
      await identity.adopt(granted).catch((error: unknown) => {
        logger.error('the new node token is not on disk yet', { error });
      });
      this.#unanswered = undefined;
      this.#held = textOf(descriptor);
      this.#accepted = descriptor.models.map(({ id }) => id);
      this.#challenge = undefined;
      note(this.view.registeredAt === null ? 'registered' : 're-registered', { tookMs: clock.monotonic() - began });
      this.#journalRegistration('ok');
      this.view.registeredAt = clock.now();
      this.view.registrationFailure = null;
      this.view.beatFailure = null;
      logger.info('registered', { nodeId: descriptor.nodeId });
      return { kind: 'registered', returning: token !== undefined };
    } catch (error) {
      if (signal.aborted) return undefined;
      const failure = toHearthError(error);
      this.view.registrationFailure = toReason(failure);
      note('registration-failed', { reason: toReason(failure), tookMs: clock.monotonic() - began });
      logger.warn('registration failed', { error: failure });
      const status = statusOf(error);
      if (status === 0 || status >= 500) this.#unanswered ??= descriptor;
      this.#journalRegistration('fail', statusText(status, failure));
      const settled = status === 403 || (status === 422 && failure.code !== 'IICP-E036');
      return { kind: 'register-failed', status, settled, retryAfterMs: failure.retryAfterMs };
    } finally {
      patience.end();
    }
  }

  /** A stop meanwhile waits a little for the answer: with it comes the token. */
  #patience(signal: AbortSignal): { readonly signal: AbortSignal; end(): void } {
    const late = new AbortController();
    let cancel = () => {};
    const stopping = () => {
      cancel = this.#deps.clock.after(LEAVE_MS, () => late.abort(signal.reason));
    };
    signal.addEventListener('abort', stopping, { once: true });
    if (signal.aborted) stopping();
    return {
      signal: late.signal,
      end() {
        signal.removeEventListener('abort', stopping);
        cancel();
      },
    };
  }

  async #beat(signal: AbortSignal, last?: 'away'): Promise<RegistrationEvent | undefined> {
    const { clock, directory, identity, logger, metrics, note } = this.#deps;
    const token = identity.token;
    if (token === undefined) return { kind: 'beat-failed', status: 401 };
    this.view.sequence += 1;
    const sequence = this.view.sequence;
    const began = clock.monotonic();
    let batch: Batch | undefined;
    try {
      await identity.save();
      batch = await metrics.next();
      const hmacKey = identity.hmacKey(this.#deps.operatorHmacKey());
      const credentials = { nodeId: identity.nodeId, token, hmacKey, challenge: this.#challenge };
      const pulse = last ? away(this.#deps.pulse()) : this.#deps.pulse();
      const reply = await directory.heartbeat(heartbeat(pulse, credentials, batch), token, signal);
      this.#accepted = pulse.models;
      this.#challenge = reply.challenge;
      this.view.lastAcceptedAt = clock.now();
      this.view.beatFailure = null;
      this.#afterStatus = undefined;
      this.#deps.journal.note('heartbeat_ok', `seq=${sequence}`);
      note(last ?? 'beat', { tookMs: clock.monotonic() - began });
      this.view.reputation = reply.reputation_score ?? this.view.reputation;
      const accepted = reply.metrics_batch_accepted ?? undefined;
      this.#knowsBatches ||= accepted !== undefined;
      if (batch && (accepted ?? batch.id) === batch.id) await metrics.accepted(batch);
      logger.debug('heartbeat accepted', { sequence });
      return { kind: 'beat-accepted', nextBeatMs: batch?.full ? BEAT_BOUNDS.least : reply.next_heartbeat_ms };
    } catch (error) {
      if (signal.aborted) return undefined;
      const failure = toHearthError(error);
      if (batch && failure.code === GARBLED) await this.#letGo(batch);
      this.view.beatFailure = toReason(failure);
      const status = statusOf(error);
      this.#afterStatus = status === 0 ? undefined : status;
      this.#deps.beatFailed(status, failure.code);
      this.#deps.journal.note('heartbeat_fail', `seq=${sequence} ${statusText(status, failure)}`);
      note('beat-failed', { reason: toReason(failure), tookMs: clock.monotonic() - began });
      logger.warn('heartbeat failed', { sequence, error: failure });
      return { kind: 'beat-failed', status };
    }
  }

  /** It said yes to a beat and nothing that makes sense: sent again, the batch would count twice where it has no name. */
  async #letGo(batch: Batch): Promise<void> {
    const { metrics, logger } = this.#deps;
    if (this.#knowsBatches) return;
    await metrics.accepted(batch).catch((error: unknown) => {
      logger.warn('that a batch of metrics was sent is not on disk', { error });
    });
  }

  #journalRegistration(result: 'ok' | 'fail', failure = ''): void {
    const { journal } = this.#deps;
    const first = this.view.registeredAt === null && this.#afterStatus === undefined;
    if (first) return void journal.note(`register_${result}`, failure);
    // Without a status it is what we say of ourselves that has changed.
    const after = this.#afterStatus === undefined ? '' : `after_status=${this.#afterStatus}`;
    journal.note(`reregister_${result}`, `seq=${this.view.sequence} ${after || failure}`);
    if (result === 'ok') this.#afterStatus = undefined;
  }

  /** Sleeps until the time, the signal or a wake. */
  #rest(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        cancel();
        signal.removeEventListener('abort', done);
        this.#wake = undefined;
        resolve();
      };
      const cancel = this.#deps.clock.after(Math.max(0, ms), done);
      this.#wake = done;
      signal.addEventListener('abort', done, { once: true });
      // What woke us while we were busy is looked at now.
      if (signal.aborted || this.#woken) done();
    });
  }
}

function textOf(descriptor: NodeDescriptor): string {
  return JSON.stringify(registration(descriptor));
}

function statusText(status: number, { code }: HearthError): string {
  return status === 0 ? `error=${code}` : `status=${status}`;
}

function statusOf(error: unknown): number {
  return error instanceof DirectoryRefused ? error.status : 0;
}
