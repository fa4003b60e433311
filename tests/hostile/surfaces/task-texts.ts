// Bodies of tasks: schemas that are known to end a model server, or would take it for ever, and JSON that is nearly a task.
import fc from 'fast-check';
import { nested } from '../bytes.ts';

interface Named {
  readonly name: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

const LINK = { type: 'object' };
const chain = (levels: number): unknown =>
  Array.from({ length: levels }).reduce((inner) => ({ type: 'object', properties: { a: inner } }), LINK as unknown);
const wide = (many: number) =>
  Object.fromEntries(Array.from({ length: many }, (_, at) => [`p${at}`, { type: 'string' }]));

const BOMBS: Readonly<Record<string, unknown>> = {
  'a pattern that looks behind': { type: 'string', pattern: '^(?<=x)+$' },
  'a pattern that repeats nothing': { type: 'string', pattern: '^*$' },
  'a pattern 60,000 deep': { type: 'string', pattern: `^${nested(60_000, '(', ')')}$` },
  'a pattern that repeats a billion times': { type: 'string', pattern: '^(a{1,1000}){1,1000000}$' },
  'a billion items at least': { type: 'array', items: {}, minItems: 1e9 },
  'a billion items at most': { type: 'array', items: {}, maxItems: 1e9 },
  'a billion letters at least': { type: 'string', minLength: 1e9 },
  'a billion letters at most': { type: 'string', maxLength: 1e9 },
  'a negative number of items': { type: 'array', items: {}, minItems: -1 },
  'objects 2,000 deep': chain(2000),
  '50,000 properties': { type: 'object', properties: wide(50_000) },
  'an enum of 200,000': { enum: Array.from({ length: 200_000 }, (_, at) => `value ${at}`) },
  'a schema that is in itself': { $defs: { a: { $ref: '#/$defs/a' } }, $ref: '#/$defs/a' },
  'a schema that is elsewhere': { $ref: 'http://127.0.0.1:1/schema.json' },
};

const inObject = (bomb: unknown) => ({ type: 'object', properties: { a: bomb } });

/** Each where a schema may stand. */
export const SCHEMAS: readonly Named[] = Object.entries(BOMBS).flatMap(([name, bomb]) => [
  {
    name: `${name}, as the answer's form`,
    payload: { response_format: { type: 'json_schema', json_schema: { name: 'x', schema: inObject(bomb) } } },
  },
  {
    name: `${name}, as a tool's parameters`,
    payload: { tools: [{ type: 'function', function: { name: 'x', parameters: inObject(bomb) } }] },
  },
]);

const repeated = <T>(many: number, each: T): readonly T[] => Array.from({ length: many }, () => each);
const said = { role: 'user', content: 'x' };
const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } };
const tool = (name = 'f', description = '') => ({ type: 'function', function: { name, description, parameters: {} } });
const part = { type: 'text', text: 'x' };
const CHAT = 'urn:iicp:intent:llm:chat:v1';
const intent = (name: string) => `urn:iicp:intent:${name}:v1`;

/** More of each part of a payload than there may be; intent and payload. */
export const LARGE: Readonly<Record<string, readonly [intent: string, payload: Readonly<Record<string, unknown>>]>> = {
  messages: [CHAT, { messages: repeated(1001, said) }],
  parts: [CHAT, { messages: [{ role: 'user', content: repeated(65, part) }] }],
  tools: [CHAT, { messages: [said], tools: repeated(129, tool()) }],
  toolCalls: [CHAT, { messages: [said, { role: 'assistant', content: null, tool_calls: repeated(129, call) }] }],
  text: [CHAT, { messages: [{ role: 'user', content: 'x'.repeat(5_000_000) }] }],
  name: [CHAT, { messages: [said], tools: [tool('f'.repeat(65))] }],
  id: [CHAT, { messages: [said, { role: 'tool', tool_call_id: 'i'.repeat(257), content: 'x' }] }],
  description: [CHAT, { messages: [said], tools: [tool('f', 'd'.repeat(20_000))] }],
  stops: [CHAT, { messages: [said], stop: repeated(17, 's') }],
  stop: [CHAT, { messages: [said], stop: ['s'.repeat(257)] }],
  biases: [CHAT, { messages: [said], logit_bias: Object.fromEntries(repeated(1100, 1).map((bias, at) => [at, bias])) }],
  inputs: [intent('llm:embedding'), { input: repeated(2049, 'x') }],
  input: [intent('llm:embedding'), { input: 'x'.repeat(1_100_000) }],
  prompts: [intent('llm:completion'), { prompt: repeated(65, 'x') }],
  soundPrompt: [intent('audio:transcribe'), { audio: 'AAAA', prompt: 'x'.repeat(20_000) }],
  spoken: [intent('audio:speech'), { input: 'x'.repeat(5000) }],
};

const odd = fc.oneof(
  fc.constantFrom(null, true, -1, 1e308, '', '__proto__', 'constructor', '\u202e\u0000', '\ud800', 'a'.repeat(2000)),
  fc.jsonValue({ maxDepth: 4 }),
);
const message = fc.record({ role: odd, content: odd, __proto__: odd }, { requiredKeys: [] });

/** Texts that begin as JSON of a task, and are wrong in one place or another. */
export const hostileTask = fc.oneof(
  fc
    .record(
      {
        task_id: fc.oneof(fc.constant('x'), odd),
        intent: fc.oneof(fc.constant('urn:iicp:intent:llm:chat:v1'), odd),
        payload: fc.oneof(fc.record({ messages: fc.array(message, { maxLength: 4 }), tools: odd, stream: odd }), odd),
        iicp_conf: odd,
        nonce: odd,
        constraints: fc.oneof(fc.record({ timeout_ms: odd, qos: odd, max_tokens: odd, model: odd }), odd),
        auth: odd,
        cip: odd,
      },
      { requiredKeys: ['task_id', 'intent'] },
    )
    .map((json) => JSON.stringify(json)),
  fc.jsonValue().map((json) => JSON.stringify(json)),
  fc.string({ unit: 'binary', maxLength: 200 }),
);
