// The data of server-sent events (HTML Living Standard, 9.2), as model servers send them: one line of JSON an event.

import { StringDecoder } from 'node:string_decoder';

/** Of one event; no piece of an answer is near it. */
const MOST_LINE = 1024 * 1024;

export class EventData {
  readonly #take: (data: string) => void;
  readonly #decoder = new StringDecoder('utf8');
  /** Of a line that is not whole. */
  #pieces: string[] = [];
  #waiting = 0;
  #broken = false;

  /** `take` is called with each event's data that is not empty. */
  constructor(take: (data: string) => void) {
    this.#take = take;
  }

  /** A line was longer than any should be: nothing more is taken. */
  get broken(): boolean {
    return this.#broken;
  }

  /** The next bytes of the reply's body. */
  feed(bytes: Buffer): void {
    const [first = '', ...lines] = this.#decoder.write(bytes).split('\n');
    this.#pieces.push(first);
    this.#waiting += first.length;
    if (this.#waiting > MOST_LINE) this.#broken = true;
    if (this.#broken) return void this.#pieces.splice(0);
    for (const next of lines) {
      this.#line(this.#pieces.join(''));
      this.#pieces = [next];
      this.#waiting = next.length;
    }
  }

  #line(line: string): void {
    // Comments, names and ids of events say nothing that their data does not.
    if (!line.startsWith('data:')) return;
    const data = line.slice(5).trim();
    if (data !== '') this.#take(data);
  }
}
