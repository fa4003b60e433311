// How many tokens a model server may use in a day: for those that cost money. What runs counts with the most it can use, so
// that many tasks at once can't go past the end together.

import type { Clock } from '../base/clock.ts';
import { endOfDay, startOfDay } from '../base/day.ts';

export interface SpendingDeps {
  readonly clock: Clock;
  /** Sums what tasks used from a time on (epoch milliseconds). Asked once a day. */
  readonly spentSince: (start: number) => number;
}

/** What one server used today (local time) and may be using now. It outlives changes of settings, which make no room. */
export class Spending {
  readonly #deps: SpendingDeps;
  #day = Number.NaN;
  #spent = 0;
  #reserved = 0;

  constructor(deps: SpendingDeps) {
    this.#deps = deps;
  }

  get spent(): number {
    this.#turn();
    return this.#spent;
  }

  /** The most that running calls can use. */
  get reserved(): number {
    return this.#reserved;
  }

  /** Milliseconds until the next day begins. */
  get untilNext(): number {
    const now = this.#deps.clock.now();
    return endOfDay(now) - now;
  }

  /** What comes back is called once, with what was used; that counts for the day it is then. */
  reserve(most: number): (used: number) => void {
    this.#reserved += most;
    return (used) => {
      this.#reserved -= most;
      this.#turn();
      this.#spent += used;
    };
  }

  #turn(): void {
    const day = startOfDay(this.#deps.clock.now());
    if (day === this.#day) return;
    this.#day = day;
    this.#spent = this.#deps.spentSince(day);
  }
}

export class Budget {
  readonly tokens: number;
  readonly #spending: Spending;

  constructor(spending: Spending, tokens: number) {
    this.tokens = tokens;
    this.#spending = spending;
  }

  /** Tokens used today. */
  get spent(): number {
    return this.#spending.spent;
  }

  /** Milliseconds until the next day begins. */
  get untilNext(): number {
    return this.#spending.untilNext;
  }

  get exhausted(): boolean {
    return this.spent >= this.tokens;
  }

  /** Sets `most` tokens aside; undefined where that is more than is left. What comes back is called once, with what was used. */
  reserve(most: number): ((used: number) => void) | undefined {
    if (this.spent + this.#spending.reserved + most > this.tokens) return undefined;
    return this.#spending.reserve(most);
  }

  /** When a refused reservation may fit: tomorrow, or undefined where it only waits for what runs to have used less. */
  retryAfterMs(most: number): number | undefined {
    return this.spent + most > this.tokens ? this.untilNext : undefined;
  }
}

/** A picture is counted by its size in pixels, at most some five thousand tokens; a small file may hold a large one. */
const TOKENS_A_PICTURE = 8000;
/** Sound is counted by the second, at most some thirty tokens; few seconds have less than a thousand characters. */
const CHARACTERS_A_TOKEN_OF_SOUND = 32;
/** What a server puts before the question by itself where tools are offered or a format is asked for. */
const TOKENS_OF_RULES = 1024;

type Json = Readonly<Record<string, unknown>>;

/**
 * The most tokens that a filtered payload can use, in and out together. Text counts with its bytes, for no token is less than
 * one: rather too much, since a sender could find an input that uses more than it seems to.
 */
export function mostTokens(payload: Json): number {
  const { max_tokens: asked, messages, input, audio, ...rest } = payload;
  const answers = Array.isArray(rest.prompt) ? rest.prompt.length : 1;
  const rules = rest.tools !== undefined || rest.response_format !== undefined ? TOKENS_OF_RULES : 0;
  return (
    (typeof asked === 'number' ? asked * answers : 0) +
    sum(messages, ofMessage) +
    sum(input, ofPart) +
    (typeof audio === 'string' ? ofSound(audio) : bytesIn(audio)) +
    rules +
    bytesIn(rest)
  );
}

function ofMessage(message: unknown): number {
  const { content, ...rest } = (message ?? {}) as Json;
  return bytesIn(rest) + sum(content, ofPart);
}

/** Only where the filter has seen that it is one does a long text count as a picture or as sound. */
function ofPart(part: unknown): number {
  const { type, input_audio: sound } = Object(part) as Json;
  if (type === 'image_url') return TOKENS_A_PICTURE;
  const data = type === 'input_audio' ? (Object(sound) as Json).data : undefined;
  return typeof data === 'string' ? ofSound(data) : bytesIn(part);
}

function ofSound(data: string): number {
  return Math.ceil(data.length / CHARACTERS_A_TOKEN_OF_SOUND);
}

function sum(value: unknown, of: (entry: unknown) => number): number {
  return Array.isArray(value) ? value.reduce((most: number, entry) => most + of(entry), 0) : bytesIn(value);
}

/** The text in a value, names included, in bytes of UTF-8; a number or the like counts as one. */
function bytesIn(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value !== 'object' || value === null) return 1;
  return Object.entries(value).reduce((most, [name, member]) => most + Buffer.byteLength(name) + bytesIn(member), 0);
}
