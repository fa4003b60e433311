// How many tokens a model server may use in a day: for those that cost money. What runs counts with the most it can use, so
// that many tasks at once can't go past the end together.

import type { Clock } from '../base/clock.ts';
import { endOfDay, startOfDay } from '../base/day.ts';

export class Budget {
  readonly tokens: number;
  readonly #clock: Clock;
  readonly #spentSince: (start: number) => number;
  #day = -1;
  #spent = 0;
  #reserved = 0;

  /** `spentSince` sums what tasks used from a time on (epoch milliseconds); asked once a day. */
  constructor(deps: { readonly clock: Clock; readonly spentSince: (start: number) => number }, tokens: number) {
    this.tokens = tokens;
    this.#clock = deps.clock;
    this.#spentSince = deps.spentSince;
  }

  /** Tokens used today. */
  get spent(): number {
    this.#turn();
    return this.#spent;
  }

  /** Milliseconds until the next day begins. */
  get untilNext(): number {
    const now = this.#clock.now();
    return endOfDay(now) - now;
  }

  get exhausted(): boolean {
    return this.spent >= this.tokens;
  }

  /** Sets `most` tokens aside; undefined where that is more than is left. What comes back is called once, with what was used. */
  reserve(most: number): ((used: number) => void) | undefined {
    if (this.spent + this.#reserved + most > this.tokens) return undefined;
    this.#reserved += most;
    return (used) => {
      this.#reserved -= most;
      this.#turn();
      this.#spent += used;
    };
  }

  #turn(): void {
    const day = startOfDay(this.#clock.now());
    if (day === this.#day) return;
    this.#day = day;
    this.#spent = this.#spentSince(day);
  }
}

/** Fewer characters than make a token in most languages, so that an estimate is rather too high. */
const CHARACTERS_A_TOKEN = 2;
/** What a picture or a sound is taken for, in characters: servers count them by size, at most some thousand tokens each. */
const MEDIA_CHARACTERS = 16_000;
const LONG = 4 * MEDIA_CHARACTERS;

/** The most tokens that a filtered payload can use, in and out together. */
export function mostTokens(payload: Readonly<Record<string, unknown>>): number {
  const asked = typeof payload.max_tokens === 'number' ? payload.max_tokens : 0;
  return asked + Math.ceil(characters(payload) / CHARACTERS_A_TOKEN);
}

function characters(value: unknown): number {
  if (typeof value === 'string')
    return value.length > LONG && value.startsWith('data:') ? MEDIA_CHARACTERS : value.length;
  if (typeof value !== 'object' || value === null) return 1;
  return Object.entries(value).reduce((sum, [name, member]) => sum + name.length + characters(member), 0);
}
