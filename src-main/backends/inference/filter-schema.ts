// JSON schemas arrive in tools and response formats, and servers compile them into grammars: the one place where a stranger's
// own structure is passed on. Converters crash by it (a quantifier with nothing before it, a reference in a circle, a thousand
// million items), so only keywords on a list pass, each of a known shape and size. What clients make of types passes: OpenAI's
// subset for structured outputs, and what zod and pydantic write beyond it.
// A keyword that narrows what may be answered passes or is refused by name, never dropped: the answer would be to another
// question. Only what stands beside a format may say no more than that. All other keywords are dropped, as JSON Schema has readers
// ignore those they don't know (2020-12 core, 6.5).

import { isObject } from '../../base/object.ts';
import { SCHEMA } from '../bounds.ts';
import { bad, flag, oneOf, type Read, Refusal, text } from './filter-fields.ts';
import { faultOf, pattern } from './filter-pattern.ts';
import { type Reference, type Weight, weigh } from './filter-schema-weight.ts';

type Json = Record<string, unknown>;

/** One schema being read. */
interface Reading {
  parts: number;
  characters: number;
  /** All copies that are schemas themselves: only these can be referred to. */
  readonly schemas: Set<object>;
  readonly references: Map<object, Reference>;
}

/** Undefined: left out. `depth` is that of the schema that has the keyword. */
type ReadKeyword = (value: unknown, at: string, depth: number, reading: Reading) => unknown;

const WEIGHTS = new WeakMap<object, Weight>();

/** Reads a JSON schema (an object) and gives a copy. */
export function schema(value: unknown, at: string): Json {
  const reading: Reading = { parts: 0, characters: 0, schemas: new Set(), references: new Map() };
  const copy = readSchema(value, at, 0, reading);
  const { parts, characters } = reading;
  WEIGHTS.set(copy, { parts, characters, writtenOut: weigh(copy, at, reading) });
  return copy;
}

/** Holds all schemas of a task together within bounds; they are copies made here. */
export function boundTogether(copies: readonly unknown[]): void {
  const sum = { parts: 0, characters: 0, writtenOut: 0 };
  for (const copy of copies) {
    const weight = isObject(copy) ? WEIGHTS.get(copy) : undefined;
    if (!weight) continue;
    for (const each of ['parts', 'characters', 'writtenOut'] as const) sum[each] += weight[each];
  }
  const { partsTogether, charactersTogether, writtenOut } = SCHEMA;
  if (sum.parts > partsTogether) throw tooLarge('the schemas of a task', `${partsTogether} keywords, names and values`);
  if (sum.characters > charactersTogether) throw tooLarge('the schemas of a task', `${charactersTogether} characters`);
  if (sum.writtenOut > writtenOut) throw tooLarge('the schemas of a task', `${writtenOut} parts once written out`);
}

const tooLarge = (at: string, most: string) => new Refusal('too-large', `${at} may have at most ${most}`);

function readSchema(value: unknown, at: string, depth: number, reading: Reading): Json {
  // The same to a reader, and servers differ in whether they know it.
  if (value === true && depth > 0) return marked({}, reading);
  if (!isObject(value)) throw bad(at, 'must be a JSON schema, an object');
  if (depth >= SCHEMA.depth) throw new Refusal('too-large', `${at} may be at most ${SCHEMA.depth} levels deep`);
  const out: Json = marked({}, reading);
  for (const [name, member] of Object.entries(besideFormat(value))) {
    spend(reading, at, name);
    if (member === null && name !== 'const' && name !== 'default') continue;
    const read = Object.hasOwn(KEYWORDS, name) ? KEYWORDS[name] : undefined;
    const copied = read?.(member, `${at}.${name}`, depth, reading);
    if (copied === undefined) continue;
    out[name] = copied;
    if (name === '$ref') reading.references.set(out, { at: `${at}.$ref`, to: copied as string });
  }
  if (value.items === false && !Array.isArray(out.prefixItems)) {
    throw bad(`${at}.items`, 'may be false only beside prefixItems');
  }
  if (value.items === false) endAfterFirst(out, out.prefixItems);
  if (value.additionalItems === false) endAfterFirst(out, out.items);
  for (const [least, most] of RANGES) {
    const inverted = (out[least] as number | undefined) ?? Number.NEGATIVE_INFINITY;
    if (inverted > ((out[most] as number | undefined) ?? Number.POSITIVE_INFINITY)) {
      throw bad(`${at}.${least}`, `must not be more than ${most}`);
    }
  }
  return out;
}

/**
 * Beside a format that is known, clients write what it says already: zod an expression of its own, pydantic that an address has at most
 * 2083 characters. Such a pattern is left out, where it would not pass, and such a length is lowered to the largest that does.
 */
function besideFormat(value: Json): Json {
  if (!FORMATS.has(value.format)) return value;
  const out = { ...value };
  if (typeof out.pattern === 'string' && faultOf(out.pattern, '')) delete out.pattern;
  if (Number.isInteger(out.maxLength)) out.maxLength = Math.min(out.maxLength as number, SCHEMA.textLength);
  return out;
}

/** So zod says, in either dialect, that nothing comes after the first items. Not all servers read it, and it can be said by a number. */
function endAfterFirst(out: Json, first: unknown): void {
  if (!Array.isArray(first)) return;
  out.maxItems = Math.min((out.maxItems as number | undefined) ?? Number.POSITIVE_INFINITY, first.length);
}

/** A repetition of five to two is more than four thousand million times where the difference has no sign. */
const RANGES = [
  ['minItems', 'maxItems'],
  ['minLength', 'maxLength'],
  ['minProperties', 'maxProperties'],
  ['minimum', 'maximum'],
  ['exclusiveMinimum', 'exclusiveMaximum'],
] as const;

function marked(copy: Json, reading: Reading): Json {
  reading.schemas.add(copy);
  return copy;
}

function spend(reading: Reading, at: string, word: unknown): void {
  reading.parts += 1;
  if (typeof word === 'string') reading.characters += word.length;
  if (reading.parts > SCHEMA.parts) throw tooLarge(at, `${SCHEMA.parts} keywords, names and values`);
  if (reading.characters > SCHEMA.characters) throw tooLarge(at, `${SCHEMA.characters} characters`);
}

const inner: ReadKeyword = (value, at, depth, reading) => readSchema(value, at, depth + 1, reading);

const innerOrNone: ReadKeyword = (value, at, depth, reading) =>
  typeof value === 'boolean' ? value : inner(value, at, depth, reading);

/** A list of schemas. */
function several(most: number): ReadKeyword {
  return (value, at, depth, reading) => {
    const entries = within(value, at, 1, most);
    return entries.map((entry, index) => inner(entry, `${at}[${index}]`, depth, reading));
  };
}

function within(value: unknown, at: string, least: number, most: number): readonly unknown[] {
  if (!Array.isArray(value)) throw bad(at, 'must be a list');
  if (value.length < least) throw bad(at, `must have at least ${least} entries`.replace('1 entries', 'one entry'));
  if (value.length > most) throw tooLarge(at, most === 1 ? 'one entry' : `${most} entries`);
  return value;
}

/** Names are put into rules as they are, letter by letter: of others the grammar can't be read. */
const NAME = /^[\p{L}\p{N}\p{M}_$@.:/ -]+$/u;
/** Servers look for these at every place, and would take a property of that name for the keyword. */
const TAKEN = new Set(['$ref', '$defs', '$id', '$schema', '$anchor', '$dynamicRef', '$recursiveRef', '__proto__']);

function named(most: number): ReadKeyword {
  return (value, at, depth, reading) => {
    if (!isObject(value)) throw bad(at, 'must be an object');
    const entries = Object.entries(value);
    if (entries.length > most) throw tooLarge(at, `${most} entries`);
    const out: Json = {};
    for (const [name, member] of entries) {
      spend(reading, at, name);
      if (name.length > SCHEMA.name)
        throw new Refusal('too-large', `${at} may have names of at most ${SCHEMA.name} characters`);
      if (!NAME.test(name) || TAKEN.has(name)) {
        throw bad(
          at,
          'may have names of letters, digits, spaces and _ $ @ . : / - alone, none of them a keyword with $',
        );
      }
      out[name] = inner(member, `${at}.${name}`, depth, reading);
    }
    return out;
  };
}

const TYPES = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'];
const type = oneOf(...TYPES);
const types: ReadKeyword = (value, at, _depth, reading) => {
  if (!Array.isArray(value)) return type(value, at);
  const entries = within(value, at, 1, TYPES.length).map((entry, index) => type(entry, `${at}[${index}]`));
  if (new Set(entries).size < entries.length) throw bad(at, 'must name each type once');
  for (const entry of entries) spend(reading, at, entry);
  return entries;
};

/** Text, number, truth value or null; undefined for anything else. */
function plain(value: unknown, at: string, reading: Reading): unknown {
  if (value !== null && !['string', 'number', 'boolean'].includes(typeof value)) return undefined;
  if (typeof value === 'number' && !Number.isFinite(value)) return undefined;
  if (typeof value === 'string' && value.length > SCHEMA.value) throw tooLarge(at, `${SCHEMA.value} characters`);
  spend(reading, at, value);
  return value;
}

function plainOnly(value: unknown, at: string, reading: Reading): unknown {
  const copied = plain(value, at, reading);
  if (copied === undefined) throw bad(at, 'must be text, a number, true, false or null');
  return copied;
}

const values: ReadKeyword = (value, at, _depth, reading) =>
  within(value, at, 1, SCHEMA.enumValues).map((entry, index) => plainOnly(entry, `${at}[${index}]`, reading));

/** It says nothing of what fits, so one that is no plain value, nor a list of such, can be left out. */
const byDefault: ReadKeyword = (value, at, _depth, reading) => {
  if (!Array.isArray(value)) return plain(value, at, reading);
  const copied = value.slice(0, SCHEMA.enumValues).map((entry) => plain(entry, at, reading));
  return copied.includes(undefined) || copied.length < value.length ? undefined : copied;
};

const words = text(SCHEMA.characters);
const name = text(SCHEMA.name);
const described: ReadKeyword = (value, at, _depth, reading) => {
  const copied = words(value, at);
  spend(reading, at, copied);
  return copied;
};

const required: ReadKeyword = (value, at, _depth, reading) =>
  within(value, at, 0, SCHEMA.properties).map((entry, index) => {
    const copied = name(entry, `${at}[${index}]`);
    spend(reading, at, copied);
    return copied;
  });

function whole(least: number, most: number): ReadKeyword {
  return (value, at) => {
    if (!Number.isInteger(value) || (value as number) < least || (value as number) > most) {
      throw bad(at, `must be a whole number from ${least} to ${most}`);
    }
    return value;
  };
}

const MOST_NUMBER = 10 ** SCHEMA.digits - 1;
/** Zod gives each whole number the bounds of what JavaScript can count: they say nothing, and are left out. */
const number: ReadKeyword = (value, at) => {
  if (typeof value === 'number' && Math.abs(value) === Number.MAX_SAFE_INTEGER) return undefined;
  if (typeof value !== 'number' || !(Math.abs(value) <= MOST_NUMBER)) {
    throw bad(at, `must be a number of at most ${SCHEMA.digits} digits`);
  }
  return value;
};

const multiple: ReadKeyword = (value, at) => {
  if (
    !STEPS.includes(value as number) &&
    !(Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 1000)
  ) {
    throw bad(at, `must be a whole number from 1 to 1000, or one of ${STEPS.join(', ')}`);
  }
  return value;
};
const STEPS = [0.5, 0.25, 0.1, 0.05, 0.01, 0.001];

/** What OpenAI knows, and `uri`. A format only describes (2020-12 validation, 7.2.1): others can be left out. */
const FORMATS: ReadonlySet<unknown> = new Set([
  'date-time',
  'time',
  'date',
  'duration',
  'email',
  'hostname',
  'ipv4',
  'ipv6',
  'uuid',
  'uri',
]);
const format: ReadKeyword = (value) => (FORMATS.has(value) ? value : undefined);

/** Only a place within the same schema: an address would be fetched from inside the home network. */
const reference: ReadKeyword = (value, at, _depth, reading) => {
  if (typeof value !== 'string' || !value.startsWith('#')) {
    throw new Refusal('remote-schema', `${at} may refer only to a part of the same schema ("#/$defs/...")`);
  }
  if (value.length > SCHEMA.value) throw tooLarge(at, `${SCHEMA.value} characters`);
  if (!/^#(?:\/[\w$.-]+)+$/.test(value)) throw bad(at, 'must be a path of plain names, such as "#/$defs/item"');
  spend(reading, at, value);
  return value;
};

/** Zod says of every record that its names are text. More than that is not known to servers. */
const nameRule: ReadKeyword = (value, at, depth, reading) => {
  if (isObject(value) && Object.keys(value).length === 1 && value.type === 'string') return undefined;
  return refused(value, at, depth, reading);
};

const refused: ReadKeyword = (_value, at) => {
  throw new Refusal('unsupported', `${at} is a keyword that is not taken here`);
};
/** They refer too, and are resolved by other rules in each server. */
const refusedReference: ReadKeyword = (_value, at) => {
  throw new Refusal('remote-schema', `${at} is a keyword that is not taken here; use $ref`);
};

/** They narrow an answer, and converters know few of them, each other ones. */
const REFUSED = (
  'not if then else dependencies dependentSchemas dependentRequired ' +
  'patternProperties unevaluatedProperties unevaluatedItems contains minContains maxContains'
).split(' ');

const only =
  (read: Read): ReadKeyword =>
  (value, at) =>
    read(value, at);
const count = whole(0, SCHEMA.itemCount);
const mostCount = whole(1, SCHEMA.itemCount);
const itemsOf: ReadKeyword = (value, at, depth, reading) => {
  if (value === false) return undefined;
  return (Array.isArray(value) ? several(SCHEMA.properties) : inner)(value, at, depth, reading);
};

const KEYWORDS: Readonly<Record<string, ReadKeyword>> = {
  type: types,
  enum: values,
  const: (value, at, _depth, reading) => plainOnly(value, at, reading),
  properties: named(SCHEMA.properties),
  required,
  additionalProperties: innerOrNone,
  minProperties: count,
  maxProperties: mostCount,
  items: itemsOf,
  prefixItems: several(SCHEMA.properties),
  // It means something beside a list of items alone.
  additionalItems: (value, at, depth, reading) =>
    typeof value === 'boolean' ? undefined : refused(value, at, depth, reading),
  minItems: count,
  maxItems: mostCount,
  uniqueItems: only(flag),
  minLength: whole(0, SCHEMA.textLength),
  maxLength: whole(1, SCHEMA.textLength),
  pattern: only(pattern),
  format,
  minimum: number,
  maximum: number,
  exclusiveMinimum: number,
  exclusiveMaximum: number,
  multipleOf: multiple,
  anyOf: several(SCHEMA.alternatives),
  oneOf: several(SCHEMA.alternatives),
  // Pydantic puts a reference into one to add words to it. Of more, some servers make all combinations.
  allOf: several(1),
  $ref: reference,
  $defs: named(SCHEMA.parts),
  definitions: named(SCHEMA.parts),
  description: described,
  title: described,
  default: byDefault,

  $dynamicRef: refusedReference,
  $recursiveRef: refusedReference,
  propertyNames: nameRule,
  ...Object.fromEntries(REFUSED.map((name) => [name, refused])),
};
