// The small readers that the filter's tables are made of. Each takes an unchecked value and gives back a clean copy,
// or throws a Refusal. Lengths are looked at before contents, and the first fault ends the reading: work stays in proportion
// to what is accepted, whatever is sent.

import { isBase64 } from '../../base/base64.ts';
import { isObject } from '../../base/object.ts';

export type RefusalCode = 'bad-request' | 'too-large' | 'remote-media' | 'remote-schema' | 'unsupported';

/** Inside the filter only. The message names the place and our rule, never the value. */
export class Refusal extends Error {
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Reads one value found at `at`, a path for the message: member names and indices of ours, and in a schema also the names that
 * were found good there.
 */
export type Read = (value: unknown, at: string) => unknown;

/** An allow-list: what is not named in it does not come out. */
export type Members = Readonly<Record<string, Read>>;

export const bad = (at: string, rule: string) => new Refusal('bad-request', `${at} ${rule}`);

/** A member of the object's own; null counts as left out, as it does at the servers. */
export function own(source: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(source, name) ? (source[name] ?? undefined) : undefined;
}

/** An object of which the named members are read, in the table's order, and all others are dropped. */
export function shape(members: Members, required: readonly string[] = []) {
  const table = Object.entries(members);
  return (value: unknown, at: string): Record<string, unknown> => {
    if (!isObject(value)) throw bad(at, 'must be an object');
    const out: Record<string, unknown> = {};
    for (const [name, read] of table) {
      const member = own(value, name);
      if (member !== undefined) out[name] = read(member, `${at}.${name}`);
      else if (required.includes(name)) throw bad(`${at}.${name}`, 'is missing');
    }
    return out;
  };
}

/** A list of between `least` and `most` values that `read` reads. */
export function list(read: Read, least: number, most: number): Read {
  return (value, at) => {
    if (!Array.isArray(value)) throw bad(at, 'must be a list');
    if (value.length > most) throw new Refusal('too-large', `${at} may have at most ${most} entries`);
    if (value.length < least) throw bad(at, `must have at least ${least} ${least === 1 ? 'entry' : 'entries'}`);
    return value.map((entry: unknown, index) => read(entry, `${at}[${index}]`));
  };
}

/** A list as `list` reads it, or one such value alone. */
export function oneOrMore(read: Read, least: number, most: number): Read {
  const more = list(read, least, most);
  return (value, at) => (Array.isArray(value) ? more(value, at) : read(value, at));
}

/** Text of between `least` and `most` UTF-16 units. */
export function text(most: number, least = 0) {
  return (value: unknown, at: string): string => {
    if (typeof value !== 'string') throw bad(at, 'must be text');
    if (value.length > most) throw new Refusal('too-large', `${at} may have at most ${most} characters`);
    if (value.length < least) throw bad(at, 'must not be empty');
    return value;
  };
}

/** A number brought into the range. */
export function clamped(low: number, high: number): Read {
  return (value, at) => {
    if (typeof value !== 'number' || Number.isNaN(value)) throw bad(at, 'must be a number');
    return Math.min(high, Math.max(low, value));
  };
}

/** A number brought into the range and cut to a whole one. */
export function whole(low: number, high: number) {
  return (value: unknown, at: string): number => {
    if (typeof value !== 'number' || Number.isNaN(value)) throw bad(at, 'must be a whole number');
    return Math.min(high, Math.max(low, Math.trunc(value)));
  };
}

export const flag: Read = (value, at) => {
  if (typeof value !== 'boolean') throw bad(at, 'must be true or false');
  return value;
};

export function oneOf(...words: readonly string[]): Read {
  return (value, at) => {
    if (typeof value !== 'string' || !words.includes(value)) throw bad(at, `must be one of ${words.join(', ')}`);
    return value;
  };
}

/** Text of which all fits the pattern; `rule` says so in words. The pattern bounds the length. */
export function matching(pattern: RegExp, rule: string): Read {
  return (value, at) => {
    if (typeof value !== 'string' || !pattern.test(value)) throw bad(at, rule);
    return value;
  };
}

/** Standard base64 with its padding (RFC 4648 section 4), between 1 and `most` characters. */
export function base64(most: number) {
  const sized = text(most, 1);
  return (value: unknown, at: string): string => {
    const data = sized(value, at);
    if (!isBase64(data)) throw bad(at, 'must be base64');
    return data;
  };
}
