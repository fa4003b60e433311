// The regular expressions that pass in a schema: from end to end, one thing after another, each once or so many times, and never
// two ways to read a text. `^[A-Z]{2}-[0-9]+$` is one. Left out is all that converters stumble over: groups and alternatives
// (they call themselves for each), look-around, quantifiers with nothing before them, classes by letter (`\d`), of which
// llama.cpp made a grammar that it could not read itself. What can be read in two ways (`[ab]*a[ab]{20}`) grows exponentially
// where it is made into an automaton.

import { SCHEMA } from '../bounds.ts';
import { bad, type Read, Refusal } from './filter-fields.ts';

/** A literal, an escaped sign or a class; then, where it has one, its quantifier. */
const PIECE =
  /([A-Za-z0-9 _\-:/@#%&=,;~!]|\\[.^$()[\]{}|*+?]|\[[A-Za-z0-9 _.,:;@#%&=/~!+*?-]+\])([?*+]|\{(\d{1,4})(,(\d{0,4}))?\})?/y;

interface Piece {
  readonly signs: ReadonlySet<string>;
  readonly least: number;
  readonly most: number;
}

const RULE =
  'must be of the simple kind: ^ and $ around signs and classes such as [a-z0-9], each with at most one of ? * + {n} {n,m} and told from what follows it';

/** Reads a pattern, which comes out as it is. */
export const pattern: Read = (value, at) => {
  if (typeof value !== 'string') throw bad(at, 'must be text');
  const fault = faultOf(value, at);
  if (fault) throw fault;
  return value;
};

/** Why a pattern does not pass; undefined where it does. */
export function faultOf(value: string, at: string): Refusal | undefined {
  if (value.length > SCHEMA.pattern) {
    return new Refusal('too-large', `${at} may have at most ${SCHEMA.pattern} characters`);
  }
  const pieces = piecesOf(value);
  if (!pieces || !readsOneWay(pieces)) return new Refusal('unsupported', `${at} ${RULE}`);
  if (pieces.every(({ least, most }) => Math.max(least, finite(most)) <= SCHEMA.patternCount)) return undefined;
  return new Refusal('too-large', `${at} may have at most ${SCHEMA.patternCount} in {n} and {n,m}`);
}

/** Repetitions in a pattern that was read, when they are written out. */
export function mostInPattern(value: string): number {
  return (piecesOf(value) ?? []).reduce((sum, { least, most }) => sum + Math.max(1, least, finite(most)), 0);
}

const finite = (count: number) => (count === Number.POSITIVE_INFINITY ? 0 : count);

function piecesOf(value: string): readonly Piece[] | undefined {
  if (value.length < 3 || !value.startsWith('^') || !value.endsWith('$')) return undefined;
  const inside = value.slice(1, -1);
  const pieces: Piece[] = [];
  PIECE.lastIndex = 0;
  while (PIECE.lastIndex < inside.length) {
    const found = PIECE.exec(inside);
    if (!found) return undefined;
    const [, thing = '', quantifier, low, range, high] = found;
    const signs = signsOf(thing);
    const [least, most] = timesOf(quantifier, low, range, high);
    if (!signs || least > most || most === 0) return undefined;
    pieces.push({ signs, least, most });
  }
  return pieces;
}

function timesOf(quantifier = '', low = '', range?: string, high?: string): readonly [number, number] {
  if (quantifier === '') return [1, 1];
  if (quantifier === '?') return [0, 1];
  if (quantifier === '*') return [0, Number.POSITIVE_INFINITY];
  if (quantifier === '+') return [1, Number.POSITIVE_INFINITY];
  const least = Number(low);
  if (range === undefined) return [least, least];
  return [least, high ? Number(high) : Number.POSITIVE_INFINITY];
}

/** Undefined for a class with a range that is none. */
function signsOf(thing: string): ReadonlySet<string> | undefined {
  if (thing.startsWith('\\')) return new Set(thing.slice(1));
  if (!thing.startsWith('[')) return new Set(thing);
  const signs = new Set<string>();
  const inside = thing.slice(1, -1);
  for (let at = 0; at < inside.length; at++) {
    const [sign, dash, to] = [inside[at]!, inside[at + 1], inside[at + 2]];
    // A dash stands for itself at the end alone.
    if (sign === '-' && at < inside.length - 1) return undefined;
    if (dash !== '-' || to === undefined) {
      signs.add(sign);
      continue;
    }
    if (!RANGE.some((kind) => kind.test(sign) && kind.test(to)) || sign > to) return undefined;
    for (let code = sign.charCodeAt(0); code <= to.charCodeAt(0); code++) signs.add(String.fromCharCode(code));
    at += 2;
  }
  return signs;
}

const RANGE = [/[0-9]/, /[a-z]/, /[A-Z]/];

/** Whether one sign always tells if a piece goes on or what comes next begins. */
function readsOneWay(pieces: readonly Piece[]): boolean {
  return pieces.every(({ signs, least, most }, index) => {
    if (least === most) return true;
    for (const next of pieces.slice(index + 1)) {
      if ([...next.signs].some((sign) => signs.has(sign))) return false;
      if (next.least > 0) return true;
    }
    return true;
  });
}
