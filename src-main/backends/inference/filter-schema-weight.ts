// What a schema costs a server that follows every reference and writes every repetition out, as several do: so a few hundred
// bytes can be worth gigabytes. Computed once for each part, however often it is referred to.

import { isObject } from '../../base/object.ts';
import { SCHEMA } from '../bounds.ts';
import { bad, Refusal } from './filter-fields.ts';
import { mostInPattern } from './filter-pattern.ts';

export interface Weight {
  readonly parts: number;
  readonly characters: number;
  readonly writtenOut: number;
}

export interface Reference {
  readonly at: string;
  /** `#/...` */
  readonly to: string;
}

interface Copied {
  readonly schemas: ReadonlySet<object>;
  readonly references: ReadonlyMap<object, Reference>;
}

type Json = Readonly<Record<string, unknown>>;

/** In parts. Refuses references to nothing and in circles, and what is deeper or larger, once written out, than is bearable. */
export function weigh(root: Json, at: string, { schemas, references }: Copied): number {
  const known = new Map<object, { readonly size: number; readonly depth: number }>();
  const under = new Set<object>();
  const visit = (schema: Json, level: number) => {
    const before = known.get(schema);
    if (before) return before;
    // The way down is bounded as well, so that this does not end with its own stack.
    if (level > SCHEMA.depth) throw tooDeep(at);
    under.add(schema);
    let size = 1 + lengthOf(schema.enum) + repetitionsOf(schema);
    let depth = 0;
    for (const { part, times } of [...partsOf(schema), ...referredBy(schema)]) {
      const inside = visit(part, level + 1);
      size += times * inside.size;
      depth = Math.max(depth, inside.depth + 1);
    }
    under.delete(schema);
    if (depth > SCHEMA.depth) throw tooDeep(at);
    const result = { size: size * Math.max(1, lengthOf(schema.type)), depth };
    known.set(schema, result);
    return result;
  };
  const referredBy = (schema: Json): readonly Part[] => {
    const reference = references.get(schema);
    if (!reference) return [];
    const part = find(root, reference.to);
    if (!isObject(part) || !schemas.has(part)) throw bad(reference.at, 'refers to nothing in this schema');
    if (under.has(part))
      throw new Refusal('unsupported', `${reference.at} refers in a circle, which is not taken here`);
    return [{ part, times: 1 }];
  };
  const { size } = visit(root, 0);
  // What nothing refers to is read by servers all the same.
  for (const schema of schemas) visit(schema as Json, 0);
  if (size > SCHEMA.writtenOut) {
    throw new Refusal(
      'too-large',
      `${at} may have at most ${SCHEMA.writtenOut} parts once repetitions and references are written out`,
    );
  }
  return size;
}

const tooDeep = (at: string) =>
  new Refusal('too-large', `${at} may be at most ${SCHEMA.depth} levels deep, with references followed`);

interface Part {
  readonly part: Json;
  readonly times: number;
}

function partsOf(schema: Json): Part[] {
  const once = (value: unknown) => (isObject(value) ? [{ part: value, times: 1 }] : []);
  const each = (value: unknown) => (Array.isArray(value) ? value.flatMap(once) : []);
  const { properties, additionalProperties, items, prefixItems, anyOf, oneOf, allOf } = schema;
  const times = Math.max(1, numberIn(schema.minItems), numberIn(schema.maxItems));
  return [
    ...(isObject(properties) ? Object.values(properties).flatMap(once) : []),
    ...once(additionalProperties),
    ...(Array.isArray(items) ? each(items) : once(items).map(({ part }) => ({ part, times }))),
    ...[prefixItems, anyOf, oneOf, allOf].flatMap(each),
  ];
}

const lengthOf = (value: unknown) => (Array.isArray(value) ? value.length : 0);
const numberIn = (value: unknown) => (typeof value === 'number' ? value : 0);

function repetitionsOf({ minLength, maxLength, pattern }: Json): number {
  const inPattern = typeof pattern === 'string' ? mostInPattern(pattern) : 0;
  return Math.max(numberIn(minLength), numberIn(maxLength)) + inPattern;
}

/** By a pointer without escapes, as servers read it. */
function find(root: unknown, to: string): unknown {
  let found = root;
  for (const step of to.split('/').slice(1)) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, step)) return undefined;
    found = (found as Json)[step];
  }
  return found;
}
