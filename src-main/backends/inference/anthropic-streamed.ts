// A message of Anthropic's that comes in pieces: its text is passed on as it comes, and in the end it is put together to what the
// Messages API would have said at once.

import { EventData } from './events.ts';
import { type Json, objectOf, parseObject } from './shapes.ts';

/** Of one message. */
const MOST_BLOCKS = 256;

interface Block {
  readonly start: Json;
  readonly texts: string[];
}

export class StreamedMessage {
  readonly #tell: (text: string) => void;
  readonly #events = new EventData((data) => this.#take(data));
  #message: Json | undefined;
  #delta: Json = {};
  #usage: Json = {};
  readonly #blocks: Block[] = [];
  #error: Json | undefined;
  #stopped = false;
  #broken = false;

  /** `tell` is called with each piece of its text. */
  constructor(tell: (text: string) => void) {
    this.#tell = tell;
  }

  /** The next bytes of the reply's body. */
  feed(bytes: Buffer): void {
    this.#events.feed(bytes);
  }

  /** As it would have come at once; an error as it was said; undefined where it came to no end, or made no sense. */
  answer(): Json | undefined {
    if (this.#error) return this.#error;
    if (this.#broken || this.#events.broken || !this.#stopped || !this.#message) return undefined;
    const content = this.#blocks.map(wholeOf);
    if (content.includes(undefined)) return undefined;
    return { ...this.#message, ...this.#delta, content, usage: this.#usage };
  }

  #take(data: string): void {
    const event = parseObject(data);
    switch (event?.type) {
      case 'message_start':
        this.#message = objectOf(event.message);
        this.#usage = objectOf(this.#message?.usage) ?? {};
        return;
      case 'content_block_start':
        this.#begin(event.index, objectOf(event.content_block));
        return;
      case 'content_block_delta':
        this.#continue(event.index, objectOf(event.delta) ?? {});
        return;
      case 'message_delta':
        this.#delta = objectOf(event.delta) ?? {};
        // What it counts is of the whole message so far.
        this.#usage = { ...this.#usage, ...objectOf(event.usage) };
        return;
      case 'message_stop':
        this.#stopped = true;
        return;
      case 'error':
        this.#error = event;
        return;
      default:
        // Pings, ends of blocks, and what later versions may bring.
        if (!event) this.#broken = true;
    }
  }

  #begin(index: unknown, start: Json | undefined): void {
    if (!start || index !== this.#blocks.length || this.#blocks.length >= MOST_BLOCKS) {
      this.#broken = true;
      return;
    }
    const block: Block = { start, texts: [] };
    this.#blocks.push(block);
    if (start.type === 'text' && typeof start.text === 'string' && start.text !== '') this.#say(block, start.text);
  }

  #continue(index: unknown, delta: Json): void {
    const block = typeof index === 'number' ? this.#blocks[index] : undefined;
    if (!block) this.#broken = true;
    else if (delta.type === 'text_delta' && typeof delta.text === 'string') this.#say(block, delta.text);
    else if (delta.type === 'input_json_delta' && typeof delta.partial_json === 'string') {
      block.texts.push(delta.partial_json);
    }
    // What the model thinks, and its signatures, go no further anyway.
  }

  #say(block: Block, text: string): void {
    block.texts.push(text);
    if (text !== '') this.#tell(text);
  }
}

/** Undefined where what a tool is called with is not whole. */
function wholeOf({ start, texts }: Block): Json | undefined {
  const text = texts.join('');
  if (start.type === 'text') return { ...start, text };
  if (start.type !== 'tool_use' || text === '') return start;
  const input = parseObject(text);
  return input && { ...start, input };
}
