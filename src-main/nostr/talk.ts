// What is said on one open connection to a relay (NIP-01, NIP-42): subscriptions asked for and heard to the end, events published and
// answered, the log-in that a relay may want. No socket and no clock in here: each call says when it is, and answers what to do.

import { backoffMs } from '../base/backoff.ts';
import type { Random } from '../base/random.ts';
import { RELAY } from './bounds.ts';
import type { NostrEvent } from './event.ts';
import { type ClientMessage, type Filter, prefixOf, type RelayMessage } from './relay-message.ts';
import { filtersFrom, matches, StoredPages, type SubscriptionSpec } from './subscription.ts';

/** What became of an event that was published. `silent`: no OK came, so it may or may not have it. */
export interface PublishAnswer {
  readonly is: 'taken' | 'refused' | 'silent';
  /** In the relay's words, bounded; of `silent` what it said meanwhile, for some refuse by a NOTICE. */
  readonly said: string;
  /** It may take the event later. */
  readonly again: boolean;
}

export type TalkAction =
  | { readonly do: 'send'; readonly message: ClientMessage }
  /** To log in with (NIP-42). */
  | { readonly do: 'sign'; readonly challenge: string }
  /** It was asked for. Whether it is genuine and new is still to be seen. */
  | { readonly do: 'judge'; readonly name: string; readonly event: NostrEvent }
  | { readonly do: 'answered'; readonly id: string; readonly answer: PublishAnswer }
  /** All that the relay had stored has come, as of `mark`, epoch seconds. */
  | { readonly do: 'caught-up'; readonly name: string; readonly mark: number }
  /** It would not say, or never came to an end. */
  | { readonly do: 'not-heard'; readonly name: string }
  | { readonly do: 'said'; readonly word: 'NOTICE' | 'CLOSED' | 'OK' | 'AUTH'; readonly text: string }
  | { readonly do: 'fault'; readonly why: string };

/** A moment: by the monotonic clock, and by the calendar in epoch milliseconds. */
export interface Moment {
  readonly at: number;
  readonly wall: number;
}

interface Request {
  readonly name: string;
  readonly filters: readonly Filter[];
  /** A page of older events: closed at its end. */
  readonly older: boolean;
}

interface Asking {
  readonly spec: SubscriptionSpec;
  /** Epoch seconds when it was asked for, which will have been heard to the end. */
  mark: number;
  pages: StoredPages | undefined;
  /** When the end of what is stored is not waited for any more. */
  endsAt: number | undefined;
  retryAt: number | undefined;
  attempt: number;
  /** `unsure`: it never said that this was all. */
  state: 'stored' | 'live' | 'unsure' | 'refused';
}

/** What another try does not change while the connection lasts. */
const FINAL: ReadonlySet<string> = new Set(['blocked', 'invalid', 'pow', 'restricted', 'unsupported', 'mute']);
const RETRY = { firstMs: 5000, longestMs: 600_000 };

export class RelayTalk {
  readonly #random: Random;
  readonly #specs = new Map<string, { readonly spec: SubscriptionSpec; readonly mark: () => number | undefined }>();
  readonly #asking = new Map<string, Asking>();
  readonly #requests = new Map<string, Request>();
  readonly #published = new Map<string, number>();
  #serial = 0;
  #open = false;
  #challenge: string | undefined;
  /** The id of the event that logs in; `yes` once it was taken. */
  #login: { readonly id: string } | 'asked' | 'yes' | 'no' = 'no';
  #lastNotice = '';

  constructor(random: Random) {
    this.#random = random;
  }

  /** Whether each subscription has been heard to the end of what was stored. */
  get caughtUp(): boolean {
    return this.#open && [...this.#asking.values()].every(({ state }) => state === 'live');
  }

  get loggedIn(): boolean {
    return this.#login === 'yes';
  }

  /** `mark`: how far this relay was heard to the end, epoch seconds. */
  subscribe(spec: SubscriptionSpec, mark: () => number | undefined, now: Moment): readonly TalkAction[] {
    this.#specs.set(spec.name, { spec, mark });
    return this.#open ? this.#ask(spec.name, now) : [];
  }

  unsubscribe(name: string): readonly TalkAction[] {
    this.#specs.delete(name);
    this.#asking.delete(name);
    return this.#drop(name);
  }

  opened(now: Moment): readonly TalkAction[] {
    this.#open = true;
    return [...this.#specs.keys()].flatMap((name) => this.#ask(name, now));
  }

  /** The connection is gone, and with it all that was asked on it. What was published is unanswered. */
  closed(): readonly TalkAction[] {
    this.#open = false;
    this.#asking.clear();
    this.#requests.clear();
    this.#challenge = undefined;
    this.#login = 'no';
    return this.#silent([...this.#published.keys()]);
  }

  publish(event: NostrEvent, now: Moment): readonly TalkAction[] {
    if (!this.#open || this.#published.has(event.id)) return [];
    this.#published.set(event.id, now.at + RELAY.answerMs);
    this.#lastNotice = '';
    return [send(['EVENT', event])];
  }

  /** The event that was signed for the challenge. */
  logIn(event: NostrEvent): readonly TalkAction[] {
    this.#login = { id: event.id };
    return [send(['AUTH', event])];
  }

  tick(now: Moment): readonly TalkAction[] {
    const late = [...this.#published].filter(([, until]) => now.at >= until).map(([id]) => id);
    const actions = [...this.#silent(late)];
    for (const [name, asking] of this.#asking) {
      if (asking.retryAt !== undefined && now.at >= asking.retryAt) actions.push(...this.#ask(name, now));
      else if (asking.endsAt !== undefined && now.at >= asking.endsAt) {
        // What has come so far is used, but this relay is not known to have said all: it is asked again, from the same place.
        asking.endsAt = undefined;
        asking.pages = undefined;
        asking.state = 'unsure';
        this.#askLater(asking, now);
        actions.push({ do: 'not-heard', name });
      }
    }
    return actions;
  }

  /** It has answered a ping that was sent at `wall`, epoch milliseconds: all that it had to say before has come. */
  alive(wall: number): readonly TalkAction[] {
    const mark = Math.floor(wall / 1000);
    return [...this.#asking].flatMap(([name, { state }]): TalkAction[] =>
      state === 'live' ? [{ do: 'caught-up', name, mark }] : [],
    );
  }

  wakesAt(): number | undefined {
    const times = [...this.#published.values()];
    for (const { endsAt, retryAt } of this.#asking.values()) times.push(endsAt ?? Infinity, retryAt ?? Infinity);
    const first = Math.min(...times);
    return Number.isFinite(first) ? first : undefined;
  }

  hear(message: RelayMessage, now: Moment): readonly TalkAction[] {
    switch (message.is) {
      case 'event':
        return this.#event(message.subscription, message.event);
      case 'eose':
        return this.#end(message.subscription, now);
      case 'closed':
        return this.#refused(message.subscription, message.said, now);
      case 'ok':
        return this.#answer(message.id, message.taken, message.said, now);
      case 'notice':
        this.#lastNotice = message.said;
        return [{ do: 'said', word: 'NOTICE', text: message.said }];
      case 'auth':
        this.#challenge = message.challenge;
        return [{ do: 'said', word: 'AUTH', text: '' }];
      case 'other':
        return [];
    }
  }

  #ask(name: string, now: Moment): readonly TalkAction[] {
    const known = this.#specs.get(name);
    if (!known) return [];
    const closing = this.#drop(name);
    const filters = filtersFrom(known.spec, known.mark());
    this.#asking.set(name, {
      spec: known.spec,
      mark: Math.floor(now.wall / 1000),
      pages: new StoredPages(filters),
      endsAt: now.at + RELAY.storedMs,
      retryAt: undefined,
      attempt: this.#asking.get(name)?.attempt ?? 0,
      state: 'stored',
    });
    return [...closing, this.#request({ name, filters, older: false })];
  }

  #askLater(asking: Asking, now: Moment): void {
    asking.retryAt = now.at + backoffMs(asking.attempt, RETRY, this.#random);
    asking.attempt += 1;
  }

  #request(request: Request): TalkAction {
    this.#serial += 1;
    const id = String(this.#serial);
    this.#requests.set(id, request);
    return send(['REQ', id, ...request.filters]);
  }

  #drop(name: string): readonly TalkAction[] {
    const ids = [...this.#requests].filter(([, request]) => request.name === name).map(([id]) => id);
    for (const id of ids) this.#requests.delete(id);
    return this.#open ? ids.map((id) => send(['CLOSE', id])) : [];
  }

  #event(id: string, event: NostrEvent): readonly TalkAction[] {
    const request = this.#requests.get(id);
    if (!request) return this.#wasAsked(id) ? [] : [{ do: 'fault', why: 'events for no subscription' }];
    if (!matches(request.filters, event)) return [{ do: 'fault', why: 'events that were not asked for' }];
    this.#asking.get(request.name)?.pages?.add(event);
    return [{ do: 'judge', name: request.name, event }];
  }

  #end(id: string, now: Moment): readonly TalkAction[] {
    const request = this.#requests.get(id);
    const asking = request && this.#asking.get(request.name);
    if (!request || !asking) return this.#wasAsked(id) ? [] : [{ do: 'fault', why: 'an end of no subscription' }];
    const actions: TalkAction[] = [];
    if (request.older) {
      this.#requests.delete(id);
      actions.push(send(['CLOSE', id]));
    }
    // Said late, or once too often: what was to be made of it has been.
    if (!asking.pages) return actions;
    const older = asking.spec.once ? undefined : asking.pages.next();
    if (older) {
      asking.endsAt = now.at + RELAY.storedMs;
      return [...actions, this.#request({ name: request.name, filters: older, older: true })];
    }
    Object.assign(asking, { pages: undefined, endsAt: undefined, attempt: 0, state: 'live' });
    return [...actions, { do: 'caught-up', name: request.name, mark: asking.mark }];
  }

  #refused(id: string, said: string, now: Moment): readonly TalkAction[] {
    const request = this.#requests.get(id);
    const asking = request && this.#asking.get(request.name);
    if (!request || !asking) return this.#wasAsked(id) ? [] : [{ do: 'fault', why: 'an end of no subscription' }];
    this.#requests.delete(id);
    const closing = this.#drop(request.name);
    Object.assign(asking, { pages: undefined, endsAt: undefined, state: 'refused' });
    const prefix = prefixOf(said);
    if (!FINAL.has(prefix) && prefix !== 'auth-required') this.#askLater(asking, now);
    const login = this.#wantsLogin(prefix);
    const actions: readonly TalkAction[] = [...closing, { do: 'said', word: 'CLOSED', text: said }, ...login];
    return login.length > 0 ? actions : [...actions, { do: 'not-heard', name: request.name }];
  }

  #answer(id: string, taken: boolean, said: string, now: Moment): readonly TalkAction[] {
    if (typeof this.#login === 'object' && id === this.#login.id) return this.#loggedIn(taken, said, now);
    if (!this.#published.delete(id)) return [];
    const prefix = prefixOf(said);
    // A relay that has it already has taken it.
    if (taken || prefix === 'duplicate') return [{ do: 'answered', id, answer: { is: 'taken', said, again: false } }];
    const again = !FINAL.has(prefix);
    return [
      { do: 'said', word: 'OK', text: said },
      { do: 'answered', id, answer: { is: 'refused', said, again } },
      ...this.#wantsLogin(prefix),
    ];
  }

  #wantsLogin(prefix: string): readonly TalkAction[] {
    if (prefix !== 'auth-required' || this.#challenge === undefined || this.#login !== 'no') return [];
    this.#login = 'asked';
    return [{ do: 'sign', challenge: this.#challenge }];
  }

  #loggedIn(taken: boolean, said: string, now: Moment): readonly TalkAction[] {
    // Asked for once a connection: a relay that refuses it and asks anew would have us sign without end.
    this.#login = taken ? 'yes' : 'asked';
    if (!taken) return [{ do: 'said', word: 'OK', text: said }];
    const refused = [...this.#asking].filter(([, { state }]) => state === 'refused').map(([name]) => name);
    return refused.flatMap((name) => this.#ask(name, now));
  }

  #silent(ids: readonly string[]): readonly TalkAction[] {
    const answer: PublishAnswer = { is: 'silent', said: this.#lastNotice, again: true };
    return ids.flatMap((id): TalkAction[] => (this.#published.delete(id) ? [{ do: 'answered', id, answer }] : []));
  }

  /** What was closed meanwhile may still be on its way. */
  #wasAsked(id: string): boolean {
    return /^[1-9]\d{0,8}$/.test(id) && Number(id) <= this.#serial;
  }
}

const send = (message: ClientMessage): TalkAction => ({ do: 'send', message });
