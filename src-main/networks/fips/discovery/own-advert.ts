// Our own advert: made anew every second, and published where it has changed or is about to be old.

import type { Clock } from '../../../base/clock.ts';
import type { Random } from '../../../base/random.ts';
import { askStun } from '../../../reachability/stun/ask.ts';
import type { LookUp } from '../../../reachability/stun/servers.ts';
import type { AdvertContent } from './advert.ts';
import { type Advertised, needsSeen, ownEndpoints } from './own-endpoints.ts';
import type { MayReach } from './routable.ts';
import { ADVERT_REFRESH_MS, STUN_MS } from './times.ts';

export interface OwnAdvertPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly lookUp?: LookUp;
  readonly mayReach: MayReach;
  advertised(): readonly Advertised[];
  publish(content: AdvertContent): void;
}

export interface OwnAdvertSettings {
  readonly relays: readonly string[];
  readonly stunServers: readonly string[];
}

/** What is published at most so often. */
const PAUSE_MS = 10_000;
const SEEN_MS = ADVERT_REFRESH_MS;
const NOT_SEEN_MS = 60_000;

export class OwnAdvert {
  readonly #ports: OwnAdvertPorts;
  readonly #settings: OwnAdvertSettings;
  #seen: { readonly address: string | undefined; readonly until: number } | undefined;
  #isAsking = false;
  #published: { readonly content: AdvertContent; readonly text: string; readonly at: number } | undefined;

  constructor(ports: OwnAdvertPorts, settings: OwnAdvertSettings) {
    this.#ports = ports;
    this.#settings = settings;
  }

  /** What others read; undefined: nothing. */
  get content(): AdvertContent | undefined {
    return this.#published?.content;
  }

  forget(): void {
    this.#published = undefined;
    this.#seen = undefined;
  }

  /** Where this computer is seen may be another place by now. */
  moved(): void {
    this.#seen = undefined;
  }

  tick(signal: AbortSignal): void {
    const advertised = this.#ports.advertised();
    this.#look(advertised, signal);
    const content = this.#build(advertised);
    // With nothing to say, what was said before stays until it is over: transports come back.
    if (!content) return;
    const text = JSON.stringify(content);
    const now = this.#ports.clock.monotonic();
    const age = now - (this.#published?.at ?? Number.NEGATIVE_INFINITY);
    if (age < PAUSE_MS || (age < ADVERT_REFRESH_MS && this.#published?.text === text)) return;
    this.#published = { content, text, at: now };
    this.#ports.publish(content);
  }

  #build(advertised: readonly Advertised[]): AdvertContent | undefined {
    const { relays, stunServers } = this.#settings;
    if (relays.length === 0) return undefined;
    const { mayReach } = this.#ports;
    const outside = { seen: this.#seen?.address, canPunch: stunServers.length > 0, mayReach };
    const endpoints = ownEndpoints(advertised, outside);
    if (endpoints.length === 0) return undefined;
    return { endpoints, signalRelays: relays, stunServers: stunServers.map(withScheme) };
  }

  /** Asks where this computer is seen, where that is needed and not known. */
  #look(advertised: readonly Advertised[], signal: AbortSignal): void {
    const { clock, mayReach } = this.#ports;
    const isKnown = this.#seen !== undefined && this.#seen.until > clock.monotonic();
    if (this.#isAsking || isKnown || !advertised.some((each) => needsSeen(each, mayReach))) return;
    this.#isAsking = true;
    const question = { servers: this.#settings.stunServers, family: 4, local: undefined, timeoutMs: STUN_MS } as const;
    askStun(this.#ports, { ...question, signal })
      .then(
        ({ reflexive }) => {
          const until = clock.monotonic() + (reflexive ? SEEN_MS : NOT_SEEN_MS);
          this.#seen = { address: reflexive?.address, until };
        },
        () => undefined,
      )
      .finally(() => {
        this.#isAsking = false;
      });
  }
}

/** Official nodes want `stun:` before it. */
const withScheme = (server: string) => (server.startsWith('stun:') ? server : `stun:${server}`);
