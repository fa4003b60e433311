// What tells the mapper, unasked, that its router has something new, as long as the line is the same. All of it is a hint to look.

import type { Gateway } from '../gateway/gateway.ts';
import type { EventsAt, Subscription } from '../upnp/events.ts';
import type { Place } from '../upnp/lan.ts';

/** Each calls `hint` when the router seems to have something new. */
export interface NotificationSources {
  /** By PCP and NAT-PMP; returns what ends it. */
  readonly announcements?: (gateway: Gateway, hint: () => void) => () => void;
  /** That a router with UPnP has started anew; the same. */
  readonly notices?: (gateway: Gateway, hint: () => void) => () => void;
  /** That something is another by UPnP, for those who have subscribed. */
  readonly events?: (at: EventsAt, hint: () => void) => Subscription;
}

export interface Hints {
  announced(): void;
  noticed(): void;
  restarted(): void;
}

export class RouterNotifications {
  readonly #sources: NotificationSources;
  readonly #gateway: Gateway;
  readonly #hints: Hints;
  readonly #ends: readonly (() => void)[];
  #events: { readonly key: string; readonly subscription: Subscription } | undefined;

  constructor(sources: NotificationSources, gateway: Gateway, hints: Hints) {
    this.#sources = sources;
    this.#gateway = gateway;
    this.#hints = hints;
    const ends = [
      sources.announcements?.(gateway, () => hints.announced()),
      sources.notices?.(gateway, () => {
        this.again();
        hints.noticed();
      }),
    ];
    this.#ends = ends.flatMap((end) => end ?? []);
  }

  /** Subscribes there, for as long as it is said again; undefined: nowhere. */
  attend(place: Place | undefined): void {
    const key = place && JSON.stringify(place);
    if (key === this.#events?.key) return;
    void this.#events?.subscription.end(true);
    const local = this.#gateway.v4?.local;
    const subscription = place && local && this.#sources.events?.({ place, local }, () => this.#hints.restarted());
    this.#events = key && subscription ? { key, subscription } : undefined;
  }

  /** What the router was asked to tell it may have forgotten. */
  again(): void {
    this.#events?.subscription.again();
  }

  /** For good. `tell`: the router is still the same, and hears that it need not tell any more. Within half a second; never rejects. */
  async end(tell: boolean): Promise<void> {
    for (const end of this.#ends) end();
    const { subscription } = this.#events ?? {};
    this.#events = undefined;
    await subscription?.end(tell);
  }
}
