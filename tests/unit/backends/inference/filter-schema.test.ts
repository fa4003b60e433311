import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { SCHEMA } from '../../../../src-main/backends/bounds.ts';
import { filterPayload } from '../../../../src-main/backends/inference/filter.ts';

type Json = Record<string, unknown>;

const HI = [{ role: 'user', content: 'hi' }];
const LIMITS = { maxTokens: 1000, model: 'm:1b' };

const asFormat = (schema: unknown) => ({
  messages: HI,
  response_format: { type: 'json_schema', json_schema: { name: 's', schema } },
});
const asTool = (parameters: unknown) => ({
  messages: HI,
  tools: [{ type: 'function', function: { name: 'f', parameters } }],
});

/** What of a schema a model server would see; a text where it was refused. */
function read(schema: unknown): unknown {
  const filtered = filterPayload('llm:chat', asFormat(schema), LIMITS);
  if (!filtered.ok) return `${filtered.code}: ${filtered.message}`;
  const { response_format: format } = filtered.payload as { response_format: { json_schema: { schema: unknown } } };
  return format.json_schema.schema;
}

const text = { type: 'string' };
const repeated = (entry: unknown, times: number) => Array.from({ length: times }, () => entry);
const fields = (count: number, name = 'p') =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${name}${index}`, text]));

function nested(levels: number): Json {
  let schema: Json = text;
  for (let level = 1; level < levels; level++) schema = { type: 'array', items: schema };
  return schema;
}

/** Definitions of which each has the next one twenty times. */
function laughs(levels: number): Json {
  const defs = Array.from({ length: levels }, (_, level) => {
    const next = level + 1 < levels ? { $ref: `#/$defs/d${level + 1}` } : text;
    return [`d${level}`, { prefixItems: repeated(next, 20) }] as const;
  });
  return { $defs: Object.fromEntries(defs), $ref: '#/$defs/d0' };
}

describe('schemas that clients write', () => {
  const Step = z.object({ explanation: z.string(), output: z.string().max(400) });
  const ofZod = z.toJSONSchema(
    z.object({
      steps: z.array(Step).min(1).max(20),
      email: z.string().min(3).describe('where to'),
      count: z.int32().nonnegative(),
      price: z.number().multipleOf(0.01).lte(1000).nullable(),
      kind: z.enum(['a', 'b']),
      also: z.union([z.literal('x'), z.object({ y: z.boolean() })]),
      maybe: z.string().default('none'),
    }),
  );
  const ofPydantic = {
    $defs: {
      Address: {
        properties: { street: { title: 'Street', ...text }, zip: { pattern: '^[0-9]{5}$', title: 'Zip', ...text } },
        required: ['street'],
        title: 'Address',
        type: 'object',
      },
      Color: { enum: ['red', 'green'], title: 'Color', type: 'string' },
    },
    properties: {
      name: { maxLength: 80, minLength: 1, title: 'Name', ...text },
      home: { $ref: '#/$defs/Address' },
      other: { anyOf: [{ $ref: '#/$defs/Address' }, { type: 'null' }], default: null },
      color: { allOf: [{ $ref: '#/$defs/Color' }], default: 'red', description: 'which' },
      tags: { items: text, title: 'Tags', type: 'array', uniqueItems: true },
      scores: { additionalProperties: { type: 'number' }, title: 'Scores', type: 'object' },
      point: { maxItems: 2, minItems: 2, prefixItems: [{ type: 'number' }, { type: 'number' }], type: 'array' },
      age: { exclusiveMinimum: 0, maximum: 150, type: 'integer' },
      born: { format: 'date', ...text },
    },
    required: ['name', 'home'],
    title: 'Person',
    type: 'object',
  };
  const ofOpenAI = {
    type: 'object',
    properties: {
      table_name: { type: 'string', enum: ['orders'] },
      conditions: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            operator: { type: 'string', enum: ['=', '>', '<', '>=', '<=', '!='] },
            value: { anyOf: [text, { type: 'number' }, { type: ['string', 'null'] }] },
          },
          required: ['operator', 'value'],
          additionalProperties: false,
        },
      },
      $filter: { ...text, description: 'OData' },
      größe: { type: 'number' },
    },
    required: ['table_name', 'conditions'],
    additionalProperties: false,
  };

  it.each([
    ['an empty one', {}],
    ['OpenAI', ofOpenAI],
    ['pydantic', ofPydantic],
    ['references to a part that is no definition', { properties: { a: text, b: { $ref: '#/properties/a' } } }],
    ['definitions of draft 7', { definitions: { a: text }, items: { $ref: '#/definitions/a' } }],
  ])('come out unchanged: %s', (_, schema) => {
    expect(read(schema)).toEqual(schema);
    const tools = filterPayload('llm:chat', asTool(schema), LIMITS);
    expect(tools).toMatchObject({ ok: true, payload: asTool(schema) });
  });

  it('come out without the name of their dialect: zod', () => {
    const { $schema: _, ...rest } = ofZod;
    expect(read(ofZod)).toEqual(rest);
  });

  it('keep their order, which is the order in which a model fills them in', () => {
    expect(JSON.stringify(read(ofPydantic))).toBe(JSON.stringify(ofPydantic));
  });

  it('lose what narrows nothing', () => {
    const extras = {
      $schema: 'http://10.0.0.1/',
      $id: 'http://10.0.0.1/',
      $comment: 'x',
      examples: [{ $ref: 'http://10.0.0.1/' }],
      default: { $ref: 'http://10.0.0.1/' },
      format: 'int32',
      'x-guidance': { whitespace_pattern: '(((' },
      discriminator: { propertyName: 'a' },
      propertyNames: { type: 'string' },
      deprecated: true,
    };
    expect(read({ type: 'object', ...extras })).toEqual({ type: 'object' });
    expect(read({ items: true })).toEqual({ items: {} });
    const pair = z.toJSONSchema(z.tuple([z.string(), z.number()]));
    expect(read(pair)).toEqual({ type: 'array', prefixItems: [text, { type: 'number' }], minItems: 2, maxItems: 2 });
    const older = z.toJSONSchema(z.tuple([z.string(), z.number()]), { target: 'draft-7' });
    expect(read(older)).toEqual({ type: 'array', items: [text, { type: 'number' }], minItems: 2, maxItems: 2 });
    expect(read({ items: [text, text], additionalItems: false })).toEqual({ items: [text, text], maxItems: 2 });
    expect(read({ items: text, additionalItems: false })).toEqual({ items: text });
    const whole = { minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER };
    expect(read({ type: 'integer', ...whole })).toEqual({ type: 'integer' });
  });

  it.each<[string, Json, Json]>([
    ['an e-mail address of zod', z.toJSONSchema(z.email()) as Json, { ...text, format: 'email' }],
    ['a uuid of zod', z.toJSONSchema(z.uuid()) as Json, { ...text, format: 'uuid' }],
    ['a date and time of zod', z.toJSONSchema(z.iso.datetime()) as Json, { ...text, format: 'date-time' }],
    ['a date of zod', z.toJSONSchema(z.iso.date()) as Json, { ...text, format: 'date' }],
    ['an IPv6 address of zod', z.toJSONSchema(z.ipv6()) as Json, { ...text, format: 'ipv6' }],
    [
      'an HttpUrl of pydantic',
      { ...text, format: 'uri', minLength: 1, maxLength: 2083 },
      { ...text, format: 'uri', minLength: 1, maxLength: SCHEMA.textLength },
    ],
    [
      'an expression that passes',
      { ...text, format: 'date', pattern: '^2[0-9]{3}-[0-9]{2}-[0-9]{2}$' },
      { ...text, format: 'date', pattern: '^2[0-9]{3}-[0-9]{2}-[0-9]{2}$' },
    ],
  ])('keep the format, and what else is said of it where that passes: %s', (_, schema, out) => {
    const { $schema: _dialect, ...rest } = schema;
    expect(read({ properties: { a: rest } })).toEqual({ properties: { a: out } });
  });

  it('are refused for what stands beside a format that is not known', () => {
    expect(read({ ...text, format: 'cuid', pattern: '^[cC][^\\s-]{8,}$' })).toMatch(/^unsupported: .*pattern/);
    expect(read({ ...text, format: 'date', pattern: 7 })).toMatch(/^bad-request: .*pattern/);
  });

  const leaf = fc.oneof(
    fc.constantFrom<Json>(text, { type: ['string', 'null'] }, { type: 'boolean' }, { type: 'null' }, {}),
    fc.record({ type: fc.constant('string'), minLength: fc.nat(20), maxLength: fc.integer({ min: 20, max: 300 }) }),
    fc.record({ type: fc.constant('integer'), minimum: fc.integer(), description: fc.string() }),
    fc.record({ enum: fc.uniqueArray(fc.oneof(fc.string(), fc.integer(), fc.constant(null)), { minLength: 1 }) }),
    fc.record({ const: fc.oneof(fc.string(), fc.boolean()) }),
    fc.record({ type: fc.constant('string'), format: fc.constantFrom('date', 'uuid', 'email') }),
    fc.record({ type: fc.constant('string'), pattern: fc.constantFrom('^[a-z]+$', '^[A-Z]{2}-[0-9]{1,4}$') }),
    fc.constant({ $ref: '#/$defs/shared' }),
  );
  const honest = fc.letrec<{ schema: Json }>((tie) => ({
    schema: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      leaf,
      fc.record({
        type: fc.constant('object'),
        properties: fc.dictionary(fc.stringMatching(/^[a-z][\w.-]{0,20}$/), tie('schema'), { maxKeys: 4 }),
        additionalProperties: fc.boolean(),
      }),
      fc.record({ type: fc.constant('array'), items: tie('schema'), maxItems: fc.integer({ min: 1, max: 9 }) }),
      fc.record({ anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }),
    ),
  })).schema;

  it('come out unchanged, whatever they are made of', () => {
    fc.assert(
      fc.property(honest, (inside) => {
        const schema = { $defs: { shared: { type: 'object', properties: { a: text } } }, properties: { inside } };
        expect(read(schema)).toEqual(schema);
      }),
      { numRuns: 300 },
    );
  });
});

describe('schemas that bring servers down', () => {
  const A_THOUSAND_MILLION = 1e9;
  it.each([
    ['a quantifier with nothing before it', { pattern: '^*$' }, 'unsupported', 'pattern'],
    ['a quantifier after a look-behind', { pattern: '^(?<=x)+$' }, 'unsupported', 'pattern'],
    ['60,000 nested groups', { pattern: `^${'('.repeat(60_000)}a${')'.repeat(60_000)}$` }, 'too-large', 'pattern'],
    ['nested groups', { pattern: `^${'('.repeat(100)}a${')'.repeat(100)}$` }, 'unsupported', 'pattern'],
    ['an empty pattern', { pattern: '' }, 'unsupported', 'pattern'],
    ['a class by letter', { pattern: '^\\d+$' }, 'unsupported', 'pattern'],
    ['a pattern that is read in two ways', { pattern: '^[ab]*a[ab]{20}$' }, 'unsupported', 'pattern'],
    ['a pattern of too many', { pattern: '^a{9999}$' }, 'too-large', 'pattern'],
    ['a pattern that is none', { pattern: 7 }, 'bad-request', 'pattern'],
    ['a thousand million items at least', { items: text, minItems: A_THOUSAND_MILLION }, 'bad-request', 'minItems'],
    ['as many at most', { items: text, maxItems: A_THOUSAND_MILLION }, 'bad-request', 'maxItems'],
    ['less than no items', { items: text, minItems: -1 }, 'bad-request', 'minItems'],
    ['half an item', { items: text, minItems: 0.5 }, 'bad-request', 'minItems'],
    ['no items at all', { items: text, maxItems: 0 }, 'bad-request', 'maxItems'],
    ['more at least than at most', { items: text, minItems: 5, maxItems: 2 }, 'bad-request', 'minItems'],
    ['a text that must be long', { minLength: A_THOUSAND_MILLION }, 'bad-request', 'minLength'],
    ['a text that may be long', { maxLength: 65_536 }, 'bad-request', 'maxLength'],
    ['a shortest text longer than the longest', { minLength: 5, maxLength: 2 }, 'bad-request', 'minLength'],
    ['a number that no server can count', { type: 'integer', minimum: -1e300 }, 'bad-request', 'minimum'],
    ['a number of too many digits', { type: 'integer', maximum: 1e15 }, 'bad-request', 'maximum'],
    ['a list of nothing', { items: false }, 'bad-request', 'items'],
    ['a bound that is none', { exclusiveMinimum: true }, 'bad-request', 'exclusiveMinimum'],
    ['a step that is none', { multipleOf: 1e-300 }, 'bad-request', 'multipleOf'],
    ['a type that there is not', { type: 'something' }, 'bad-request', 'type'],
    ['a type that is a list of none', { type: [] }, 'bad-request', 'type'],
    ['a type twice', { type: ['object', 'object'] }, 'bad-request', 'type'],
    ['an empty choice', { enum: [] }, 'bad-request', 'enum'],
    ['a choice of objects', { enum: [{}] }, 'bad-request', 'enum'],
    ['a choice of too many', { enum: repeated(1, 1001) }, 'too-large', 'enum'],
    ['too many alternatives', { anyOf: repeated(text, 251) }, 'too-large', 'anyOf'],
    ['no alternatives', { oneOf: [] }, 'bad-request', 'oneOf'],
    ['combinations', { allOf: [{ anyOf: [text] }, { anyOf: [text] }] }, 'too-large', 'allOf'],
    ['too many properties', { properties: fields(SCHEMA.properties + 1) }, 'too-large', 'properties'],
    ['a name too long', { properties: { ['n'.repeat(129)]: text } }, 'too-large', 'properties'],
    ['a name that ends a class', { properties: { ']': text } }, 'bad-request', 'properties'],
    ['a name that ends a line', { properties: { 'a\nroot ::= b': text } }, 'bad-request', 'properties'],
    ['a property named like a reference', { properties: { $ref: text } }, 'bad-request', 'properties'],
    ['a property named like definitions', { properties: { $defs: text } }, 'bad-request', 'properties'],
    ['a reference to itself', { $defs: { a: { $ref: '#/$defs/a' } } }, 'unsupported', '$ref'],
    [
      'references in a circle',
      { $defs: { a: { items: { $ref: '#/$defs/b' } }, b: { anyOf: [{ $ref: '#/$defs/a' }, text] } } },
      'unsupported',
      '$ref',
    ],
    ['a reference to what it is in', { properties: { a: { $ref: '#/properties' } } }, 'bad-request', '$ref'],
    ['a reference to its own root', { properties: { a: { $ref: '#' } } }, 'bad-request', '$ref'],
    ['a reference to nothing', { $ref: '#/$defs/a' }, 'bad-request', '$ref'],
    ['a reference to what is borrowed', { $ref: '#/constructor' }, 'bad-request', '$ref'],
    ['a reference to a value', { const: 'x', items: { $ref: '#/const' } }, 'bad-request', '$ref'],
    ['a reference that is none', { $ref: 7 }, 'remote-schema', '$ref'],
    ['a reference by another keyword', { $dynamicRef: '#a' }, 'remote-schema', '$dynamicRef'],
    ['what is twenty times as large at each reference', laughs(5), 'too-large', 'written out'],
    ['a chain of references', chain(100), 'too-large', 'levels'],
    ['too many levels', nested(SCHEMA.depth + 1), 'too-large', 'levels'],
    ['items of items of items', multiplied(), 'too-large', 'written out'],
    ['what may not be', { not: {} }, 'unsupported', 'not'],
    ['more items of some kind', { items: [text], additionalItems: text }, 'unsupported', 'additionalItems'],
    ['names by pattern', { patternProperties: { '(((': {} } }, 'unsupported', 'patternProperties'],
    ['rules for names', { propertyNames: { pattern: '^(($' } }, 'unsupported', 'propertyNames'],
    ['what depends on something', { if: {}, else: {} }, 'unsupported', 'if'],
  ])('are refused, and the caller learns why: %s', (_, schema, code, named) => {
    const inside = { type: 'object', properties: { x: schema } };
    for (const each of 'pattern' in schema || '$ref' in schema || '$defs' in schema ? [schema] : [schema, inside]) {
      expect(read(each)).toMatch(new RegExp(`^${code}: .*${named.replace('$', '\\$')}`));
      expect(filterPayload('llm:chat', asTool(each), LIMITS)).toMatchObject({ ok: false, code });
    }
  });

  it('are refused by what they are together', () => {
    const tools = (count: number, parameters: unknown) => ({
      messages: HI,
      tools: repeated({ type: 'function', function: { name: 'f', parameters } }, count),
    });
    const verdict = (payload: unknown) => {
      const filtered = filterPayload('llm:chat', payload, LIMITS);
      return filtered.ok ? 'passed' : filtered.message;
    };
    const wide = { properties: fields(SCHEMA.properties) };
    expect([20, 100].map((count) => verdict(tools(count, wide)))).toEqual([
      'passed',
      expect.stringContaining(`at most ${SCHEMA.partsTogether} keywords`),
    ]);
    const long = { description: 'x'.repeat(100_000) };
    expect([10, 11].map((count) => verdict(tools(count, long)))).toEqual([
      'passed',
      expect.stringContaining(`at most ${SCHEMA.charactersTogether} characters`),
    ]);
    const offload = { type: 'array', maxItems: 50, items: { maxLength: 1999 } };
    expect([2, 3].map((count) => verdict(tools(count, offload)))).toEqual([
      'passed',
      expect.stringContaining(`at most ${SCHEMA.writtenOut} parts`),
    ]);
  });

  it.each(['', 'a"b', 'a\nb', 'root ::= x', 'x'.repeat(65), 'name\u202e'])('have no function named %j', (name) => {
    const call = { type: 'function', function: { name } };
    expect(filterPayload('llm:chat', { messages: HI, tools: [call] }, LIMITS).ok).toBe(false);
    const schema = { type: 'json_schema', json_schema: { name } };
    expect(filterPayload('llm:chat', { messages: HI, response_format: schema }, LIMITS).ok).toBe(false);
  });

  it.each([
    'grammar',
    'grammar_lazy',
    'grammar_triggers',
    'json_schema',
    'guided_json',
    'guided_regex',
    'guided_choice',
    'guided_grammar',
    'guided_decoding_backend',
    'structured_outputs',
    'structural_tag',
    'regex',
    'ebnf',
    'format',
  ])('are not put beside the response format either: %s', (name) => {
    const sent = { messages: HI, [name]: { pattern: '^*$' } };
    const bare = filterPayload('llm:chat', { messages: HI }, LIMITS);
    expect(filterPayload('llm:chat', sent, LIMITS)).toEqual(bare);
    const inside = { messages: HI, response_format: { type: 'json_object', schema: {}, [name]: '(((' } };
    const plain = filterPayload('llm:chat', { messages: HI, response_format: { type: 'json_object' } }, LIMITS);
    expect(filterPayload('llm:chat', inside, LIMITS)).toEqual(plain);
    const completion = filterPayload('llm:completion', { prompt: 'a', [name]: '(((' }, LIMITS);
    expect(completion).toEqual(filterPayload('llm:completion', { prompt: 'a' }, LIMITS));
  });

  describe('whatever is sent', () => {
    const NUMBERS = ['minItems', 'maxItems', 'minLength', 'maxLength', 'minProperties', 'maxProperties'];
    const PASS = (
      'type enum const properties required additionalProperties items prefixItems uniqueItems pattern format minimum ' +
      'maximum exclusiveMinimum exclusiveMaximum multipleOf anyOf oneOf allOf $ref $defs definitions description title default'
    )
      .split(' ')
      .concat(NUMBERS);
    const scalar = fc.oneof(
      fc.string(),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.constantFrom<unknown>(0, 1, 3, 1000, 1e9, -1, 'string', 'array', '^a+$', '^*$', '#/$defs/a', 'date'),
    );
    const hostile = fc.letrec<{ schema: unknown }>((tie) => {
      const more = fc.array(tie('schema'), { maxLength: 3 });
      const map = fc.dictionary(
        fc.constantFrom('a', 'b', '$ref', '$defs', '__proto__', 'ü', ']', 'pattern'),
        tie('schema'),
        {
          maxKeys: 3,
        },
      );
      const members = Object.fromEntries([
        ...[...NUMBERS, 'minimum'].map((name) => [name, fc.oneof(fc.nat(1500), scalar)]),
        ['type', fc.oneof(fc.constantFrom('string', 'object', ['array', 'null']), scalar)],
        ...['pattern', 'format', '$ref', 'const', 'default', 'x', 'not'].map((name) => [name, scalar]),
        ...['items', 'additionalProperties'].map((name) => [name, tie('schema')]),
        ...['anyOf', 'allOf', 'enum', 'prefixItems', 'required'].map((name) => [name, more]),
        ...['properties', '$defs', 'definitions'].map((name) => [name, map]),
      ]) as Record<string, fc.Arbitrary<unknown>>;
      const some = fc
        .uniqueArray(fc.constantFrom(...Object.keys(members)), { maxLength: 3 })
        .chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, members[name]!]))));
      return { schema: fc.oneof({ maxDepth: 4 }, { arbitrary: scalar, weight: 1 }, { arbitrary: some, weight: 20 }) };
    }).schema;

    /** Looks at what came out with nothing of the filter's own. */
    function check(schema: unknown, root: Json, depth = 0): void {
      expect(depth).toBeLessThan(SCHEMA.depth);
      if (typeof schema === 'boolean') return;
      const each = schema as Json;
      for (const name of Object.keys(each)) expect(PASS).toContain(name);
      for (const name of NUMBERS.filter((one) => each[one] !== undefined)) {
        const most = name.endsWith('Length') ? SCHEMA.textLength : SCHEMA.itemCount;
        expect(each[name]).toSatisfy((count: number) => Number.isInteger(count) && count >= 0 && count <= most);
      }
      for (const kind of ['Items', 'Length', 'Properties']) {
        const [least, most] = [each[`min${kind}`] ?? 0, each[`max${kind}`] ?? 1e9] as [number, number];
        expect(least).toBeLessThanOrEqual(most);
      }
      if (each.pattern !== undefined) expect(each.pattern).not.toMatch(/[()]|[*+?{][*+?{]|^\^[*+?{]/);
      if (each.$ref !== undefined) {
        const path = (each.$ref as string).split('/').slice(1);
        expect(path.reduce((at: unknown, step) => (at as Json)[step], root)).toBeTypeOf('object');
      }
      for (const list of ['anyOf', 'oneOf', 'allOf', 'prefixItems', 'enum'].map((name) => each[name])) {
        expect(list === undefined || (Array.isArray(list) && list.length > 0)).toBe(true);
      }
      const {
        properties = {},
        $defs = {},
        definitions = {},
        items,
        additionalProperties,
      } = each as Record<string, Json>;
      for (const map of [properties, $defs, definitions]) {
        for (const name of Object.keys(map)) expect(['a', 'b', 'ü', 'pattern']).toContain(name);
      }
      const lists = ['anyOf', 'oneOf', 'allOf', 'prefixItems'].flatMap((name) => (each[name] ?? []) as unknown[]);
      const inside = [properties, $defs, definitions].flatMap((map) => Object.values(map));
      for (const one of [...lists, ...inside, ...[items ?? []].flat(), ...[additionalProperties ?? []].flat()]) {
        check(one, root, depth + 1);
      }
    }

    it('only what is within bounds comes out, the same again when it is filtered again', () => {
      let passed = 0;
      fc.assert(
        fc.property(hostile, (schema) => {
          const out = read(schema);
          if (typeof out === 'string' || out === undefined) return;
          if (Object.keys(out as Json).length > 1) passed += 1;
          check(out, out as Json);
          expect(read(out)).toEqual(out);
        }),
        { numRuns: 3000 },
      );
      // Else the property would have looked at refusals alone.
      expect(passed).toBeGreaterThan(50);
    });
  });
});

function chain(length: number): Json {
  const names = Array.from({ length }, (_, index) => `d${index}`);
  const defs = names.map((name, index) => [name, index + 1 < length ? { $ref: `#/$defs/d${index + 1}` } : text]);
  return { $defs: Object.fromEntries(defs), $ref: '#/$defs/d0' };
}

function multiplied(): Json {
  const many = (items: Json): Json => ({ type: 'array', minItems: 1000, items });
  return many(many(many(text)));
}
