// Attempts to punch a hole that came to nothing, by node: after some in a row it is left alone for a while.

import { DISCOVERY } from './bounds.ts';
import { COOLDOWN_MS, MISMATCH_COOLDOWN_MS, STREAK, WARN_MS } from './times.ts';

export interface FailedOften {
  readonly streak: number;
  /** Of the clock that was given; in the past or 0: it may be tried. */
  readonly cooldownUntil: number;
}

export interface FailureNews extends FailedOften {
  /** This one made it too many: whether its advert is old is worth a look. */
  readonly crossed: boolean;
  /** It is worth a line that people read; not more often than every few minutes. */
  readonly warn: boolean;
}

interface Held {
  streak: number;
  cooldownUntil: number;
  warnedAt: number;
  skewMs: number | undefined;
}

/** `now` here and below: milliseconds of one clock. */
export class Failures {
  readonly #held = new Map<string, Held>();

  get(pubkey: string): (FailedOften & { readonly skewMs: number | undefined }) | undefined {
    return this.#held.get(pubkey);
  }

  inCooldown(pubkey: string, now: number): boolean {
    return (this.#held.get(pubkey)?.cooldownUntil ?? 0) > now;
  }

  failed(pubkey: string, now: number): FailureNews {
    const held = this.#hold(pubkey);
    held.streak += 1;
    if (held.streak >= STREAK) held.cooldownUntil = Math.max(held.cooldownUntil, now + COOLDOWN_MS);
    const warn = now - held.warnedAt >= WARN_MS;
    if (warn) held.warnedAt = now;
    return { streak: held.streak, cooldownUntil: held.cooldownUntil, crossed: held.streak === STREAK, warn };
  }

  succeeded(pubkey: string): void {
    const held = this.#held.get(pubkey);
    if (!held) return;
    held.streak = 0;
    held.cooldownUntil = 0;
  }

  /** What is there speaks another version. False: that is known. */
  mismatched(pubkey: string, now: number): boolean {
    const held = this.#hold(pubkey);
    held.streak = Math.max(held.streak, STREAK);
    const isFresh = held.cooldownUntil - now < MISMATCH_COOLDOWN_MS / 2;
    held.cooldownUntil = now + MISMATCH_COOLDOWN_MS;
    return isFresh;
  }

  /** By how much its clock is ahead of ours. */
  skewed(pubkey: string, skewMs: number): void {
    this.#hold(pubkey).skewMs = skewMs;
  }

  /** The one that was heard of longest ago is let go for it. */
  #hold(pubkey: string): Held {
    const held = this.#held.get(pubkey) ?? {
      streak: 0,
      cooldownUntil: 0,
      warnedAt: Number.NEGATIVE_INFINITY,
      skewMs: undefined,
    };
    this.#held.delete(pubkey);
    this.#held.set(pubkey, held);
    if (this.#held.size > DISCOVERY.failures) this.#held.delete(this.#held.keys().next().value!);
    return held;
  }
}
