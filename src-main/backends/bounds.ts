// What strangers are held to where their work reaches a model server: payloads, the JSON schemas in them, and those that a
// server was lost over.

import { type BoundTable, bound, valuesOf } from '../base/bounds.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

export const PAYLOAD_BOUNDS = {
  surface: 'payloads of tasks',
  rows: {
    messages: bound(1000, 'items', 'Of one chat; servers read all of them for each answer.'),
    parts: bound(64, 'items', 'Of one message; each may be a picture that has to be decoded.'),
    tools: bound(128, 'items', 'As many as OpenAI takes.'),
    toolCalls: bound(128, 'items', 'Of one message.'),
    text: bound(4 * MIB, 'characters', 'Four bytes a token and a million tokens: more than any model at home reads.'),
    media: bound(16 * MIB, 'characters', 'Of a picture or sound: what the largest body the protocol knows can carry.'),
    name: bound(64, 'characters', 'Of a function or a speaker.'),
    id: bound(256, 'characters', 'Of a call.'),
    description: bound(16 * KIB, 'characters', 'Of a function; it is read with each answer.'),
    stops: bound(16, 'items', 'Words that end an answer: each is looked for in every piece.'),
    stop: bound(256, 'characters', 'Of one such word.'),
    biases: bound(1024, 'items', 'Of logit_bias: applied to every token.'),
    inputs: bound(2048, 'items', 'Texts to embed or judge; OpenAI takes as many.'),
    input: bound(MIB, 'characters', 'Of one such text.'),
    prompts: bound(64, 'items', 'Of a completion: each is an answer.'),
    soundPrompt: bound(16 * KIB, 'characters', 'Beside sound: Whisper reads some 200 tokens of it, other models more.'),
    spoken: bound(
      4 * KIB,
      'characters',
      "OpenAI's own bound for what is spoken, and for how: some five minutes of speech.",
    ),
  },
} satisfies BoundTable;

export const PAYLOAD = valuesOf(PAYLOAD_BOUNDS);

export const SCHEMA_BOUNDS = {
  surface: 'JSON schemas in tasks',
  rows: {
    depth: bound(
      24,
      'levels',
      'Converters call themselves at each level, references followed, and end with their stack.',
    ),
    parts: bound(5000, 'items', 'Of one schema: keywords, names and values, which all become rules of a grammar.'),
    characters: bound(128 * 1024, 'characters', 'Of one schema; OpenAI takes 120,000.'),
    partsTogether: bound(10_000, 'items', 'Of all schemas of a task: servers make one grammar of all tools.'),
    charactersTogether: bound(1024 * 1024, 'characters', 'Of all schemas of a task.'),
    name: bound(
      128,
      'characters',
      'Of a property or definition. Names along the way down are joined and matched by recursion.',
    ),
    properties: bound(100, 'items', 'Of one object: llama.cpp works with the cube of those that may be left out.'),
    alternatives: bound(250, 'items', 'Of one anyOf or oneOf: each is followed at every token.'),
    enumValues: bound(1000, 'items', 'Of one enum; OpenAI takes as many.'),
    value: bound(1024, 'characters', 'Of one text in an enum, a const or a default.'),
    itemCount: bound(
      1000,
      'items',
      'For minItems and the like: older servers write each repetition out, and abort for want of memory.',
    ),
    textLength: bound(
      1999,
      'characters',
      'For minLength and maxLength: of 2000 llama.cpp can not read its own grammar.',
    ),
    digits: bound(15, 'characters', 'Of minimum and the like: of 16, one bound alone has llama.cpp count without end.'),
    pattern: bound(256, 'characters', 'Of one pattern.'),
    patternCount: bound(256, 'items', 'For {n} and {n,m} in a pattern.'),
    writtenOut: bound(
      250_000,
      'items',
      'Of all schemas of a task with references followed and repetitions written out, as some servers do.',
    ),
  },
} satisfies BoundTable;

export const SCHEMA = valuesOf(SCHEMA_BOUNDS);

export const LOST_BOUNDS = {
  surface: 'payloads that a model server was lost over',
  rows: {
    keepMs: bound(600_000, 'ms', 'So long such a payload is refused: callers have given up repeating it by then.'),
    most: bound(1000, 'items', 'Remembered at once; the oldest gives way. Each has cost a connection to a server.'),
  },
} satisfies BoundTable;

export const LOST = valuesOf(LOST_BOUNDS);
