// An answer in pieces (IICP 6.5), for callers who name their task: text as it comes, gathered a little so that not each word makes a
// frame, then one last frame which says how it ended. Callers put the texts together.

import type { Clock } from '../../../base/clock.ts';
import { type StreamPart, writePart } from './messages.ts';

/** Sent when so much has come (bytes), or so long after the first of it. */
const ENOUGH_BYTES = 256;
const FLUSH_MS = 25;
const TIMED_OUT = 504;

export class StreamedReply {
  readonly #clock: Clock;
  readonly #call: Parameters<typeof writePart>[0];
  readonly #send: (frame: Buffer) => void;
  #sequence = 0;
  #text = '';
  #bytes = 0;
  #cancel: (() => void) | undefined;
  #over = false;

  constructor(clock: Clock, call: Parameters<typeof writePart>[0], send: (frame: Buffer) => void) {
    this.#clock = clock;
    this.#call = call;
    this.#send = send;
  }

  readonly partial = (text: string): void => {
    if (this.#over) return;
    this.#text += text;
    this.#bytes += Buffer.byteLength(text);
    if (this.#bytes >= ENOUGH_BYTES) this.#flush();
    else this.#cancel ??= this.#clock.after(FLUSH_MS, () => this.#flush());
  };

  /** The last frame has what was not sent yet: nothing after text, all of an answer that came whole. */
  succeed(result: unknown, tokens: number | undefined): void {
    this.#flush();
    const chunk = this.#sequence > 0 && isText(result) ? '' : result;
    this.#end({ status: 'success', state: 'completed', chunk, tokens });
  }

  fail(status: number, code: string, message: string): void {
    this.#flush();
    const how = status === TIMED_OUT ? ({ status: 'timeout', state: 'timed_out' } as const) : FAILED;
    this.#end({ ...how, error: { code, message } });
  }

  /** The caller reads no more. */
  close(): void {
    this.#over = true;
    this.#cancel?.();
  }

  #flush(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#text === '' || this.#over) return;
    const chunk = this.#text;
    this.#text = '';
    this.#bytes = 0;
    this.#write({ status: 'partial', state: 'partial', chunk });
  }

  #end(part: Omit<StreamPart, 'sequence'>): void {
    this.#write(part);
    this.close();
  }

  #write(part: Omit<StreamPart, 'sequence'>): void {
    this.#send(writePart(this.#call, { ...part, sequence: this.#sequence }));
    this.#sequence += 1;
  }
}

const FAILED = { status: 'error', state: 'failed' } as const;

/** Whether the texts were all there was to say: no call of a tool. */
function isText(result: unknown): boolean {
  const { choices } = result as { choices?: readonly { readonly message?: { readonly tool_calls?: unknown } }[] };
  return choices?.every(({ message }) => message?.tool_calls === undefined) ?? false;
}
