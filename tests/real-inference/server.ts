// A small OpenAI face before llama.cpp, as a process of its own:
//   node tests/real-inference/server.ts [--seed 7] [--port 0]
//   node tests/real-inference/server.ts --probe        only loads the binding
// It tells its parent over Node's IPC channel what happens (`News`), for llama.cpp itself writes to stdout; without a parent
// it writes that as JSON lines to stderr. It ends with its parent.

import { rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BATCH, type Ending, Llama, loadBinding, PACKAGE } from './llama.ts';
import { CONTEXT, tinyModel } from './tiny-model.ts';

export type News =
  | { readonly kind: 'loaded'; readonly binding: string }
  | { readonly kind: 'listening'; readonly url: string; readonly model: Model }
  /** The first token of an answer is there. */
  | { readonly kind: 'began' }
  /** Of each generation, also one whose caller has left: then none of its tokens is paid for. */
  | { readonly kind: 'ended'; readonly ending: Ending; readonly promptTokens: number; readonly tokens: number };

export interface Model {
  readonly name: string;
  readonly bytes: number;
  readonly parameters: number;
}

const NAME = 'tiny-nonsense';
const MOST_BODY = 4 * 1024 * 1024;
const DEFAULT_TOKENS = 128;

/** What the caller did wrong, answered with this status. */
class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

type Body = Readonly<Record<string, unknown>>;

const tell = (news: News): void => {
  if (process.send) process.send(news);
  else process.stderr.write(`${JSON.stringify(news)}\n`);
};

/** llama.cpp with a model drawn from the seed, whose file is gone again. */
function started(seed: number): { readonly llama: Llama; readonly model: Model } {
  const { binding } = loadBinding();
  const bytes = tinyModel(seed);
  const file = join(tmpdir(), `hearth-tiny-${process.pid}.gguf`);
  writeFileSync(file, bytes);
  try {
    const llama = new Llama(binding, file);
    return { llama, model: { name: NAME, bytes: bytes.length, parameters: llama.parameters } };
  } finally {
    rmSync(file, { force: true });
  }
}

async function answer(llama: Llama, request: IncomingMessage, gone: AbortSignal): Promise<unknown> {
  const route = `${request.method} ${request.url}`;
  switch (route) {
    case 'GET /v1/models':
      return { object: 'list', data: [{ id: NAME, object: 'model', created: 0, owned_by: 'chance' }] };
    case 'POST /v1/chat/completions': {
      const body = await asked(request);
      const { text, finish, usage } = await generated(llama, promptOf(llama, body), body, gone, formatOf(body));
      const message = messageOf(body, text);
      return envelope('chat.completion', { choices: [{ index: 0, message, finish_reason: finish }], usage });
    }
    case 'POST /v1/completions': {
      const body = await asked(request);
      if (typeof body.prompt !== 'string') throw new Refused(400, 'prompt must be text');
      const { text, finish, usage } = await generated(llama, body.prompt, body, gone);
      return envelope('text_completion', { choices: [{ index: 0, text, finish_reason: finish }], usage });
    }
    case 'POST /v1/embeddings':
      return await embedded(llama, await asked(request));
    default:
      throw new Refused(404, `no ${route}`);
  }
}

function promptOf(llama: Llama, { messages }: Body): string {
  if (!Array.isArray(messages) || messages.length === 0) throw new Refused(400, 'messages must be a list');
  try {
    return llama.promptOf(messages);
  } catch {
    throw new Refused(400, 'these messages fit in no template');
  }
}

/** A model that must call a function answers with that function's arguments. */
function formatOf({ response_format: format, tools, tool_choice: choice }: Body): unknown {
  const parameters =
    choice === 'required' ? (tools as readonly Tool[] | undefined)?.[0]?.function.parameters : undefined;
  return parameters ? { type: 'json_schema', json_schema: { name: 'call', schema: parameters } } : format;
}

interface Tool {
  readonly function: { readonly name: string; readonly parameters?: unknown };
}

function messageOf({ tools, tool_choice: choice }: Body, text: string): object {
  const tool = choice === 'required' ? (tools as readonly Tool[] | undefined)?.[0] : undefined;
  if (!tool) return { role: 'assistant', content: text };
  const call = { id: 'call-1', type: 'function', function: { name: tool.function.name, arguments: text } };
  // Rust clients refuse an answer without text.
  return { role: 'assistant', content: '', tool_calls: [call] };
}

async function generated(llama: Llama, prompt: string, body: Body, gone: AbortSignal, format?: unknown) {
  if (body.stream === true) throw new Refused(400, 'nothing is streamed here');
  // llama.cpp would work a minute at a prompt that can't fit, to no end.
  if ((await llama.count(prompt)) >= CONTEXT) throw new Refused(400, `more than ${CONTEXT} tokens`);
  const stop = [body.stop ?? []].flat().filter((word) => typeof word === 'string');
  const { text, promptTokens, tokens, ending } = await llama.generate(
    {
      prompt,
      maxTokens: numberIn(body, 'max_tokens') ?? DEFAULT_TOKENS,
      temperature: numberIn(body, 'temperature'),
      topP: numberIn(body, 'top_p'),
      seed: numberIn(body, 'seed'),
      stop,
      format,
    },
    gone,
    () => tell({ kind: 'began' }),
  );
  tell({ kind: 'ended', ending, promptTokens, tokens });
  return {
    text: ending === 'word' ? before(text, stop) : text,
    finish: ending === 'word' || ending === 'end' ? 'stop' : 'length',
    usage: { prompt_tokens: promptTokens, completion_tokens: tokens, total_tokens: promptTokens + tokens },
  };
}

/** The binding leaves the word that ended it in the text; OpenAI's servers don't. */
function before(text: string, stop: readonly string[]): string {
  const places = stop.map((word) => text.indexOf(word)).filter((place) => place >= 0);
  return text.slice(0, Math.min(text.length, ...places));
}

async function embedded(llama: Llama, { input }: Body): Promise<unknown> {
  const texts = [input].flat().filter((text) => typeof text === 'string');
  if (texts.length === 0) throw new Refused(400, 'input must be text');
  const counts = await Promise.all(texts.map((text) => llama.count(text)));
  if (counts.some((count) => count > BATCH)) throw new Refused(400, `more than ${BATCH} tokens`);
  const vectors = await Promise.all(texts.map((text) => llama.embed(text)));
  const tokens = counts.reduce((sum, count) => sum + count, 0);
  const data = vectors.map((embedding, index) => ({ object: 'embedding', index, embedding }));
  return { object: 'list', data, model: NAME, usage: { prompt_tokens: tokens, total_tokens: tokens } };
}

const envelope = (object: string, rest: object) => ({
  id: `${object}-${crypto.randomUUID()}`,
  object,
  created: Math.floor(Date.now() / 1000),
  model: NAME,
  ...rest,
});

function numberIn(body: Body, name: string): number | undefined {
  const value = body[name];
  return typeof value === 'number' ? value : undefined;
}

/** The body of a request for the one model that is here. */
async function asked(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MOST_BODY) throw new Refused(413, 'too large');
    chunks.push(chunk);
  }
  let body: unknown;
  try {
    body = JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    throw new Refused(400, 'not JSON');
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new Refused(400, 'not an object');
  if ((body as Body).model !== NAME) throw new Refused(404, 'no such model');
  return body as Body;
}

async function serve(llama: Llama, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const caller = new AbortController();
  response.once('close', () => caller.abort());
  let status = 200;
  let reply: unknown;
  try {
    reply = await answer(llama, request, caller.signal);
  } catch (error) {
    status = error instanceof Refused ? error.status : 500;
    reply = { error: { message: error instanceof Error ? error.message : 'failed', type: 'invalid_request_error' } };
  }
  if (caller.signal.aborted) return;
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(reply));
}

const { values } = parseArgs({
  options: {
    probe: { type: 'boolean', default: false },
    seed: { type: 'string', default: '7' },
    port: { type: 'string', default: '0' },
  },
});

process.once('disconnect', () => process.exit(0));
if (values.probe) {
  tell({ kind: 'loaded', binding: `${PACKAGE} ${loadBinding().version}` });
  process.disconnect?.();
} else {
  const { llama, model } = started(Number(values.seed));
  const server = createServer((request, response) => void serve(llama, request, response));
  server.listen(Number(values.port), '127.0.0.1', () => {
    const { port } = server.address() as { port: number };
    tell({ kind: 'listening', url: `http://127.0.0.1:${port}`, model });
  });
}
