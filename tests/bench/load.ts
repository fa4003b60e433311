// The load generator, a process of its own: N keep-alive connections, each sending its next request when the reply is in. It
// speaks HTTP over bare sockets, from requests made beforehand, and reads of a reply no more than it must to know that it is
// whole and right: on few cores, what it spends is taken from what is measured.
// Takes lines of JSON on standard input, an order and then "go", and answers each with one line.
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { type Body, bodyMaker, type Wrapping } from './bodies.ts';

export interface Order {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly wrapping: Wrapping;
  /** Of the chat within each request. */
  readonly bytes: number;
  readonly connections: number;
  readonly seconds: number;
  /** Requests sent at the most: sealed ones are all made beforehand. */
  readonly most?: number;
  /**
   * A request at each multiple of so many milliseconds on a connection, if the last is answered by then, in place of one as soon
   * as it is: else a server that stalls is asked a thousand times while it is quick and once while it stalls.
   */
  readonly everyMs?: number;
  /** What each reply must contain, or it counts as an error. */
  readonly expect: string;
}

export interface Figures {
  readonly requests: number;
  readonly errors: number;
  /** The beginning of the first reply that was an error. */
  readonly firstError?: string;
  readonly rps: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly worst: number;
}

const READ_BYTES = 64 * 1024;
const OK = /^HTTP\/1\.[01] 200 /;
const LENGTH = /\r\ncontent-length: *(\d+)/i;
const CHUNKED = /\r\ntransfer-encoding: *chunked/i;
/** Connections of one run that may break before it is given up. */
const MOST_BROKEN = 100;

/** Small requests go out as one string, large ones as their two parts. */
type Request = string | readonly [string, Buffer];
const SMALL = 16 * 1024;

function requests({ url, headers = {}, wrapping, bytes, most }: Order): () => Request | undefined {
  const { host, pathname } = new URL(url);
  const make = bodyMaker(wrapping, bytes);
  const lines = Object.entries({ host, 'content-type': 'application/json', ...headers });
  const head = `POST ${pathname} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}content-length: `;
  let back: Buffer | undefined;
  let backText = '';
  const request = (body: Body): Request => {
    if (body.back !== back) {
      back = body.back;
      backText = back.length < SMALL ? back.toString('latin1') : '';
    }
    const front = `${head}${Buffer.byteLength(body.front) + body.back.length}\r\n\r\n${body.front}`;
    return back.length < SMALL ? front + backText : [front, body.back];
  };
  if (wrapping.kind !== 'sealed') return () => request(make());
  const ready = Array.from({ length: most ?? 1000 }, () => request(make()));
  return () => ready.pop();
}

class Run {
  readonly #order: Order;
  readonly #next: () => Request | undefined;
  readonly #took: number[] = [];
  readonly #expect: string;
  #errors = 0;
  #broken = 0;
  #firstError: string | undefined;
  #until = 0;

  constructor(order: Order) {
    this.#order = order;
    this.#next = requests(order);
    this.#expect = order.expect;
  }

  async go(): Promise<Figures> {
    const began = performance.now();
    this.#until = began + this.#order.seconds * 1000;
    await Promise.all(Array.from({ length: this.#order.connections }, () => this.#connection()));
    const seconds = (performance.now() - began) / 1000;
    const took = Float64Array.from(this.#took).sort();
    const at = (share: number) => took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? Number.NaN;
    return {
      requests: took.length,
      errors: this.#errors,
      ...(this.#firstError !== undefined && { firstError: this.#firstError }),
      rps: took.length / seconds,
      p50: at(0.5),
      p99: at(0.99),
      worst: at(1),
    };
  }

  /** Resolves when the time or the requests are up; a connection that broke is made anew. */
  #connection(): Promise<void> {
    const { hostname, port } = new URL(this.#order.url);
    const { everyMs = 0 } = this.#order;
    return new Promise((resolve) => {
      const open = () => {
        let sent = 0;
        let text = '';
        let whole = 0;
        let over = false;
        const send = () => {
          if (everyMs === 0) return sendNow();
          setTimeout(sendNow, everyMs - (performance.now() % everyMs));
        };
        const sendNow = () => {
          const request = performance.now() < this.#until ? this.#next() : undefined;
          if (request === undefined) return end();
          text = '';
          whole = 0;
          sent = performance.now();
          if (typeof request === 'string') return void socket.write(request, 'latin1');
          socket.cork();
          socket.write(request[0], 'latin1');
          socket.write(request[1]);
          socket.uncork();
        };
        const end = () => {
          over = true;
          socket.destroy();
          resolve();
        };
        const received = (count: number, bytes: Uint8Array) => {
          text += (bytes as Buffer).toString('latin1', 0, count);
          if (whole === 0) whole = lengthOf(text);
          if (whole === 0 || (whole < 0 ? !text.endsWith('\r\n0\r\n\r\n') : text.length < whole)) return true;
          if (OK.test(text) && text.includes(this.#expect)) this.#took.push(performance.now() - sent);
          else this.#failed(text);
          send();
          return true;
        };
        const socket = connect({
          host: hostname,
          port: Number(port),
          noDelay: true,
          onread: { buffer: Buffer.allocUnsafeSlow(READ_BYTES), callback: received },
        });
        socket.once('connect', send);
        socket.on('error', (error) => this.#failed(String(error)));
        socket.once('close', () => {
          if (over) return;
          this.#failed(`connection lost, after ${JSON.stringify(text)}`);
          this.#broken += 1;
          if (this.#broken < MOST_BROKEN && performance.now() < this.#until) open();
          else resolve();
        });
      };
      open();
    });
  }

  #failed(text: string): void {
    this.#errors += 1;
    this.#firstError ??= text.slice(0, 500);
  }
}

/** Length of the whole reply; 0 while its head is not in, -1 where it comes in chunks. */
function lengthOf(text: string): number {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return 0;
  const head = text.slice(0, end);
  if (CHUNKED.test(head)) return -1;
  return end + 4 + Number(LENGTH.exec(head)?.[1] ?? 0);
}

let run: Run | undefined;
for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line) as Order | 'go';
  if (order !== 'go') {
    run = new Run(order);
    process.stdout.write('"ready"\n');
  } else {
    process.stdout.write(`${JSON.stringify(await run!.go())}\n`);
    run = undefined;
  }
}
