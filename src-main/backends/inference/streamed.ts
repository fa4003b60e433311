// An answer that comes in pieces, as server-sent events in the OpenAI dialect: its text is passed on as it comes, and in the end it is put
// together to what the server would have said at once, so that it is judged, counted and paid like any other.

import { EventData } from './events.ts';
import { type Json, objectOf, parseObject } from './shapes.ts';

/** Of what a message, a tool call or the whole is made. */
const MOST_MEMBERS = 64;
const MOST_TOOL_CALLS = 128;
/** Said once; everything else that is text is continued. */
const NAMES = new Set(['role', 'id', 'type', 'name']);
const DONE = '[DONE]';

type Members = Record<string, unknown>;

export class StreamedAnswer {
  readonly #chat: boolean;
  readonly #tell: (text: string) => void;
  readonly #events = new EventData((data) => this.#take(data));
  #whole: Members = {};
  #message: Members = {};
  #logprobs: Members = {};
  #finish: string | undefined;
  #done = false;
  #broken = false;

  /** `chat`: a chat, else a completion of one prompt. `tell` is called with each piece of its text. */
  constructor(chat: boolean, tell: (text: string) => void) {
    this.#chat = chat;
    this.#tell = tell;
  }

  /** The next bytes of the reply's body. */
  feed(bytes: Buffer): void {
    this.#events.feed(bytes);
  }

  /** As it would have come at once; an error of the server's as it said it; undefined where it came to no end. */
  answer(): Json | undefined {
    if (this.#whole.error !== undefined && this.#whole.error !== null) return this.#whole;
    if (this.#broken || this.#events.broken || (this.#finish === undefined && !this.#done)) return undefined;
    const logprobs = Object.keys(this.#logprobs).length > 0 ? { logprobs: this.#logprobs } : {};
    const { text = '', ...message } = this.#message;
    const said = this.#chat ? { message: { role: 'assistant', content: null, ...message } } : { text };
    const choice = { index: 0, ...said, finish_reason: this.#finish ?? null, ...logprobs };
    return { ...this.#whole, object: this.#chat ? 'chat.completion' : 'text_completion', choices: [choice] };
  }

  #take(data: string): void {
    if (data === DONE) {
      this.#done = true;
      return;
    }
    const event = parseObject(data);
    if (!event) this.#broken = true;
    else this.#event(event);
  }

  #event({ choices, ...whole }: Json): void {
    for (const [name, value] of Object.entries(whole)) if (value !== null) set(this.#whole, name, value);
    // One answer was asked for.
    const choice = objectOf(Array.isArray(choices) ? choices[0] : undefined);
    if (!choice) return;
    const { delta, text, logprobs, finish_reason: finish } = choice;
    if (typeof finish === 'string') this.#finish = finish;
    for (const [name, list] of Object.entries(objectOf(logprobs) ?? {})) {
      if (Array.isArray(list)) push(this.#logprobs, name, list);
    }
    const said = this.#chat ? objectOf(delta) : { text };
    if (!said) return;
    for (const [name, value] of Object.entries(said)) this.#continue(name, value);
    const piece = this.#chat ? said.content : text;
    if (typeof piece === 'string' && piece !== '') this.#tell(piece);
  }

  #continue(name: string, value: unknown): void {
    if (name === 'tool_calls' && Array.isArray(value)) for (const call of value) this.#toolCall(objectOf(call) ?? {});
    else append(this.#message, name, value);
  }

  /** `{index, id, type, function: {name, arguments}}`; the first piece of each has its names, all have some of its arguments. */
  #toolCall({ index, function: called, ...members }: Json): void {
    this.#message.tool_calls ??= [];
    const calls = this.#message.tool_calls as Members[];
    const at = typeof index === 'number' ? index : calls.length;
    if (!Number.isInteger(at) || at < 0 || at > calls.length || at >= MOST_TOOL_CALLS) {
      this.#broken = true;
      return;
    }
    calls[at] ??= { function: {} };
    for (const [name, value] of Object.entries(members)) append(calls[at], name, value);
    for (const [name, value] of Object.entries(objectOf(called) ?? {})) {
      append(calls[at].function as Members, name, value);
    }
  }
}

/** Text is continued, anything else said anew. */
function append(members: Members, name: string, value: unknown): void {
  const known = members[name];
  if (value === null || value === undefined) return;
  if (typeof value !== 'string' || typeof known !== 'string') set(members, name, value);
  else if (!NAMES.has(name)) members[name] = known + value;
}

function push(members: Members, name: string, list: readonly unknown[]): void {
  const known = members[name];
  if (Array.isArray(known)) for (const each of list) known.push(each);
  else set(members, name, [...list]);
}

function set(members: Members, name: string, value: unknown): void {
  if (name === '__proto__' || (!Object.hasOwn(members, name) && Object.keys(members).length >= MOST_MEMBERS)) return;
  members[name] = value;
}
