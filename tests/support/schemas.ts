// JSON schemas as fast-check makes them: mostly within the limits, of all keywords that pass, put together without any sense.
import fc from 'fast-check';

type Json = Record<string, unknown>;

const TYPES = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'];
const name = fc.oneof(
  fc.constantFrom(
    'a',
    'b',
    'c',
    'ü',
    'a b',
    '$filter',
    '@x',
    'root',
    'string',
    'char',
    'a-kv',
    'value',
    '-',
    'a.b',
    '中',
  ),
  fc.stringMatching(/^[\w$.@:/ -]{1,10}$/),
);
const scalar = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(true, false, null),
);
const SIGNS = [
  'a',
  'b',
  '1',
  '-',
  '\\.',
  '[a-c]',
  '[0-9]{2}',
  '[x-z]+',
  '\\+',
  '\\{',
  '[_.-]{1,3}',
  ' ',
  ':',
  '/',
  '[?*+]',
  '~',
];
const sign = fc.constantFrom(...SIGNS);
const small = fc.integer({ min: -20, max: 20 });
const large = fc.integer({ min: -999_999_999_999_999, max: 999_999_999_999_999 });

export const anySchema: fc.Arbitrary<Json> = fc.letrec<{ schema: Json; root: Json }>((tie) => {
  const inner = tie('schema');
  const list = fc.array(inner, { minLength: 1, maxLength: 4 });
  const map = fc.dictionary(name, inner, { maxKeys: 5 });
  const plain: Record<string, fc.Arbitrary<unknown>> = {
    type: fc.oneof(fc.constantFrom(...TYPES), fc.uniqueArray(fc.constantFrom(...TYPES), { minLength: 1 })),
    enum: fc.array(scalar, { minLength: 1, maxLength: 5 }),
    const: scalar,
    required: fc.array(name, { maxLength: 4 }),
    minItems: fc.nat(1000),
    maxItems: fc.integer({ min: 1, max: 1000 }),
    minLength: fc.nat(1999),
    maxLength: fc.integer({ min: 1, max: 1999 }),
    minProperties: fc.nat(5),
    maxProperties: fc.integer({ min: 1, max: 1000 }),
    pattern: fc.array(sign, { minLength: 1, maxLength: 6 }).map((signs) => `^${signs.join('')}$`),
    format: fc.constantFrom(
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
    ),
    minimum: fc.oneof(large, small, fc.double({ min: -100, max: 100, noNaN: true })),
    maximum: fc.oneof(large, small),
    exclusiveMinimum: large,
    exclusiveMaximum: fc.oneof(large, small),
    multipleOf: fc.constantFrom(0.1, 5),
    uniqueItems: fc.boolean(),
    description: fc.string(),
    default: fc.oneof(fc.string(), fc.constant(null), fc.array(fc.integer())),
  };
  const all: typeof plain = {
    ...plain,
    properties: map,
    additionalProperties: fc.oneof(fc.boolean(), inner),
    items: fc.oneof(inner, inner, list),
    prefixItems: list,
    anyOf: list,
    oneOf: list,
    allOf: inner.map((only) => [only]),
  };
  const some = (pool: typeof plain, most: number) =>
    fc
      .uniqueArray(fc.constantFrom(...Object.keys(pool)), { maxLength: most })
      .chain((names) => fc.record(Object.fromEntries(names.map((each) => [each, pool[each]!]))));
  const shared = fc.constant({ a: { type: 'string' }, b: { type: 'array', items: { $ref: '#/$defs/a' } } });
  const reference = fc.record({ $ref: fc.constantFrom('#/$defs/a', '#/$defs/b') });
  return {
    schema: fc.oneof({ maxDepth: 4 }, some(plain, 3), some(all, 5), reference),
    root: fc.tuple(some(all, 5), shared).map(([schema, $defs]) => ({ ...schema, $defs })),
  };
}).root;
