// Anthropic's own dialect: the catalogue and the Messages API with its strictness, for what a local server forgives this one
// refuses. Answers come whole, or as server-sent events. Source: Anthropic's API reference, version 2023-06-01.

import { sendJson } from '../http-server.ts';
import { answer, countTokens } from './answers.ts';
import { type Exchange, isEmbedder, isObject, type Json, ModelError, type ModelStore, type Shape } from './exchange.ts';

const VERSION = '2023-06-01';
const PAGE = 20;
const KEEP_MS = 60_000;

const TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  529: 'overloaded_error',
};

/** Models with `untuned` in their names take no temperature, as the newer ones do. */
export function anthropic(): Shape {
  return {
    key: (headers) => headers['x-api-key'],
    async route(store, exchange) {
      const { method, path, headers, res } = exchange;
      if (path.startsWith('/v1/') && headers['anthropic-version'] !== VERSION) {
        throw bad('anthropic-version: header is required');
      }
      if (method === 'GET' && path === '/v1/models') {
        sendJson(res, 200, catalogue(store, exchange));
        return true;
      }
      if (method === 'GET' && path.startsWith('/v1/models/')) {
        sendJson(res, 200, entryOf(pick(store, decodeURIComponent(path.slice('/v1/models/'.length)))));
        return true;
      }
      if (method !== 'POST' || path !== '/v1/messages') return false;
      await message(store, exchange);
      return true;
    },
    unknown: ({ method, path }) => {
      throw new ModelError(404, `Not found: ${method} ${path}`);
    },
    error: ({ status, message }) => ({
      type: 'error',
      error: { type: TYPES[status] ?? 'invalid_request_error', message },
      request_id: 'req_practice',
    }),
  };
}

const bad = (message: string) => new ModelError(400, message);

function must(holds: boolean, message: string): asserts holds {
  if (!holds) throw bad(message);
}

function pick(store: ModelStore, name: unknown): string {
  const model = store.find(name);
  if (model === undefined) throw new ModelError(404, `model: ${String(name)}`);
  return model;
}

const entryOf = (id: string): Json => ({
  type: 'model',
  id,
  display_name: id,
  created_at: '2026-01-01T00:00:00Z',
  max_input_tokens: 200_000,
  max_tokens: 64_000,
});

function catalogue(store: ModelStore, { query }: Exchange): Json {
  const limit = Number(new URLSearchParams(query).get('limit') ?? PAGE);
  must(limit >= 1 && limit <= 1000, 'limit: must be between 1 and 1000');
  const data = store.names().slice(0, limit).map(entryOf);
  const [first, last] = [data[0]?.id ?? null, data.at(-1)?.id ?? null];
  return { data, has_more: store.names().length > limit, first_id: first, last_id: last };
}

async function message(store: ModelStore, exchange: Exchange): Promise<void> {
  const { body, res } = exchange;
  const model = pick(store, body.model);
  const { max_tokens: limit, system } = body;
  must(Number.isInteger(limit) && (limit as number) >= 1, 'max_tokens: field required');
  must(system === undefined || (typeof system === 'string' && system.trim() !== ''), 'system: must be non-empty');
  checkTuning(model, body);
  const prompt = [system ?? '', ...textsOf(body.messages)].join('\n');
  const tool = chosenTool(body);
  must(!isEmbedder(model), 'model: does not support messages');
  await store.keep(model, KEEP_MS);
  const { words, cut } = answer(model, prompt, limit as number);
  const whole = {
    id: `msg_${countTokens(prompt)}_${words.length}`,
    type: 'message',
    role: 'assistant',
    model,
    content: tool
      ? [{ type: 'tool_use', id: 'toolu_practice', name: tool, input: {} }]
      : [{ type: 'text', text: words.join(' ') }],
    stop_reason: tool ? 'tool_use' : cut ? 'max_tokens' : 'end_turn',
    stop_sequence: null,
    usage: {
      input_tokens: countTokens(prompt),
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      output_tokens: words.length,
    },
  };
  if (body.stream === true) return stream(store, exchange, whole, tool ? [] : words);
  sendJson(res, 200, whole);
}

/** The same message event by event, a word at a time; a call of a tool has its arguments in two pieces. */
async function stream(
  store: ModelStore,
  { res, gone }: Exchange,
  whole: Json,
  words: readonly string[],
): Promise<void> {
  const { content, stop_reason, stop_sequence, usage, ...head } = whole;
  const { output_tokens, ...read } = usage as Json;
  const [block] = content as [Json];
  const send = (type: string, fields: Json = {}) =>
    res.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`);
  const delta = (fields: Json) => send('content_block_delta', { index: 0, delta: fields });
  res.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  send('message_start', {
    message: { ...head, content: [], stop_reason: null, stop_sequence: null, usage: { ...read, output_tokens: 1 } },
  });
  send('content_block_start', { index: 0, content_block: block.type === 'text' ? { ...block, text: '' } : block });
  send('ping');
  for (const [at, word] of words.entries()) {
    if (at > 0) await store.pace(gone);
    delta({ type: 'text_delta', text: at === 0 ? word : ` ${word}` });
  }
  if (block.type === 'tool_use')
    for (const partial_json of ['{', '}']) delta({ type: 'input_json_delta', partial_json });
  send('content_block_stop', { index: 0 });
  send('message_delta', { delta: { stop_reason, stop_sequence }, usage: { output_tokens } });
  send('message_stop');
  res.end();
}

function checkTuning(model: string, { temperature, top_p: topP, stop_sequences: stops = [] }: Json): void {
  for (const [name, value] of Object.entries({ temperature, top_p: topP })) {
    if (value === undefined) continue;
    must(!model.includes('untuned'), `\`${name}\` is deprecated for this model.`);
    must(typeof value === 'number' && value >= 0 && value <= 1, `${name}: must be between 0 and 1`);
  }
  const both = temperature !== undefined && topP !== undefined;
  must(!both, '`temperature` and `top_p` cannot both be specified for this model. Please use only one.');
  const spoken = Array.isArray(stops) && stops.every((stop) => typeof stop === 'string' && stop.trim() !== '');
  must(spoken, 'stop_sequences: each stop sequence must contain non-whitespace');
}

/** The texts of all turns. Turns and blocks are held against the rules: roles, no empty text, every call with its result. */
function textsOf(messages: unknown): string[] {
  must(Array.isArray(messages) && messages.length > 0, 'messages: at least one message is required');
  const texts: string[] = [];
  let open: unknown[] = [];
  for (const [at, turn] of messages.entries()) {
    must(isObject(turn) && (turn.role === 'user' || turn.role === 'assistant'), `messages.${at}.role: unexpected`);
    const { role, content } = turn;
    const blocks: unknown = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
    must(Array.isArray(blocks) && blocks.length > 0, `messages.${at}: must have non-empty content`);
    const results = blocks.flatMap((block: Json) => (block.type === 'tool_result' ? [block.tool_use_id] : []));
    const asked = results.length === open.length && open.every((id) => results.includes(id));
    must(asked, `messages.${at}: \`tool_use\` ids and \`tool_result\` blocks do not match`);
    for (const block of blocks as unknown[]) texts.push(...checkBlock(block, role, `messages.${at}.content`));
    open = blocks.flatMap((block: Json) => (block.type === 'tool_use' ? [block.id] : []));
    must(new Set(open).size === open.length, 'messages: `tool_use` ids must be unique');
  }
  return texts;
}

function checkBlock(block: unknown, role: unknown, at: string): string[] {
  must(isObject(block), `${at}: must be a block`);
  switch (block.type) {
    case 'text':
      must(typeof block.text === 'string' && block.text.trim() !== '', `${at}: text must contain non-whitespace text`);
      return [block.text];
    case 'image': {
      const { source } = block;
      must(role === 'user' && isObject(source) && source.type === 'base64', `${at}: image source is not supported`);
      must(/^image\/(?:png|jpeg|gif|webp)$/.test(String(source.media_type)), `${at}: media_type is not supported`);
      must(/^[A-Za-z0-9+/]+={0,2}$/.test(String(source.data)), `${at}: invalid base64 data`);
      return [];
    }
    case 'tool_use':
      must(role === 'assistant' && isObject(block.input) && isName(block.name), `${at}: invalid tool_use`);
      must(isName(block.id), `${at}: tool_use.id: must match '^[a-zA-Z0-9_-]+$'`);
      return [];
    case 'tool_result': {
      must(role === 'user', `${at}: tool_result is of the user`);
      const { content = [] } = block;
      if (typeof content === 'string') return [content];
      must(Array.isArray(content), `${at}: invalid tool_result`);
      return content.flatMap((part: unknown) => checkBlock(part, role, at));
    }
    default:
      throw bad(`${at}: unexpected block type`);
  }
}

const isName = (name: unknown): name is string => typeof name === 'string' && /^[\w-]{1,128}$/.test(name);

/** A caller that insists on a tool gets a call of it, or of the first one. */
function chosenTool({ tools = [], tool_choice: choice }: Json): string | undefined {
  must(Array.isArray(tools), 'tools: must be a list');
  for (const tool of tools as unknown[]) {
    must(isObject(tool) && isName(tool.name), 'tools: each needs a name');
    must(
      isObject(tool.input_schema) && tool.input_schema.type === 'object',
      'tools: input_schema.type: field required',
    );
  }
  if (choice === undefined) return undefined;
  must(isObject(choice) && ['auto', 'any', 'tool', 'none'].includes(String(choice.type)), 'tool_choice: unexpected');
  if (choice.type === 'auto' || choice.type === 'none') return undefined;
  const named = (tools as Json[]).find(({ name }) => choice.type === 'any' || name === choice.name);
  must(named !== undefined, 'tool_choice: tool not found in provided tools');
  return named.name as string;
}
