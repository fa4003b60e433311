// The load generator, a process of its own: N keep-alive connections, each sending its next request when the reply is in. It
// speaks over bare sockets, from requests made beforehand, and reads of a reply no more than it must to know that it is whole and
// right: on few cores, what it spends is taken from what is measured.
// Takes lines of JSON on standard input, an order or a list of them and then "go", and answers each with one line; the orders of a
// list are carried out at the same time.
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Dialect, Figures, Order } from './order.ts';
import { FrameReader, HttpReader, type Reply } from './replies.ts';
import { greetingOf, type Request, requests } from './requests.ts';

const READ_BYTES = 64 * 1024;
/** Connections of one run that may break before it is given up. */
const MOST_BROKEN = 100;

class Run {
  readonly #order: Order;
  readonly #next: () => Request | undefined;
  readonly #took: number[] = [];
  readonly #answers: Record<string, number> = {};
  #errors = 0;
  #broken = 0;
  #firstError: string | undefined;
  #until = 0;

  constructor(order: Order) {
    this.#order = order;
    this.#next = requests(order);
  }

  async go(): Promise<Figures> {
    const began = performance.now();
    this.#until = began + this.#order.seconds * 1000;
    await Promise.all(Array.from({ length: this.#order.connections }, (_, at) => this.#connection(at)));
    const seconds = (performance.now() - began) / 1000;
    const took = Float64Array.from(this.#took).sort();
    const at = (share: number) => took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? Number.NaN;
    return {
      requests: took.length,
      errors: this.#errors,
      ...(this.#firstError !== undefined && { firstError: this.#firstError }),
      answers: this.#answers,
      rps: took.length / seconds,
      p50: at(0.5),
      p99: at(0.99),
      worst: at(1),
    };
  }

  /** Resolves when the time or the requests are up; a connection that broke is made anew. */
  #connection(at: number): Promise<void> {
    const { url, wrapping, dialect, mayCut, everyMs = 0, connections } = this.#order;
    const { hostname, port } = new URL(url);
    const greeting = greetingOf(this.#order);
    const turnMs = (everyMs * at) / connections;
    const wait = () => everyMs - ((performance.now() + everyMs - turnMs) % everyMs);
    return new Promise((resolve) => {
      const open = () => {
        const reader = wrapping.kind === 'native' ? new FrameReader() : new HttpReader();
        let sent = 0;
        let over = false;
        let hangUp: NodeJS.Timeout | undefined;
        const send = () => {
          if (everyMs === 0) return sendNow();
          setTimeout(sendNow, wait());
        };
        const sendNow = () => {
          if (over) return;
          const request = performance.now() < this.#until ? this.#next() : undefined;
          if (request === undefined) return end(resolve);
          sent = performance.now();
          if (dialect?.kind === 'slow') return void this.#slowly(socket, request, dialect, () => over);
          if (typeof request === 'string') socket.write(request, 'latin1');
          else {
            socket.cork();
            socket.write(request[0], 'latin1');
            socket.write(request[1]);
            socket.uncork();
          }
          if (dialect?.kind === 'leaves') hangUp = setTimeout(leave, Math.random() * dialect.withinMs);
        };
        const end = (then: () => void) => {
          over = true;
          clearTimeout(hangUp);
          socket.destroy();
          then();
        };
        const leave = () => {
          this.#count('left');
          end(again);
        };
        const received = (count: number, bytes: Uint8Array) => {
          const reply = reader.push((bytes as Buffer).toString('latin1', 0, count));
          if (reply === undefined || over) return true;
          clearTimeout(hangUp);
          this.#answered(reply, performance.now() - sent);
          if (wrapping.kind === 'raw') end(again);
          else send();
          return true;
        };
        const socket = connect({
          host: hostname,
          port: Number(port),
          noDelay: true,
          onread: { buffer: Buffer.allocUnsafeSlow(READ_BYTES), callback: received },
        });
        socket.once('connect', () => {
          if (greeting) socket.write(greeting);
          // A client with one request on a connection has waited for its turn before.
          if (wrapping.kind === 'raw') sendNow();
          else send();
        });
        socket.on('error', (error) => {
          if (!mayCut) this.#failed(String(error));
        });
        socket.once('close', () => {
          if (over) return;
          end(() => {});
          if (mayCut && sent > 0) {
            this.#count('cut');
            return again();
          }
          this.#failed(`connection lost, after ${JSON.stringify(reader.rest)}`);
          this.#broken += 1;
          if (this.#broken < MOST_BROKEN && performance.now() < this.#until) open();
          else resolve();
        });
      };
      const again = () => {
        const waitMs = everyMs === 0 ? 0 : wait();
        if (performance.now() + waitMs < this.#until) setTimeout(open, waitMs);
        else resolve();
      };
      open();
    });
  }

  async #slowly(
    socket: Socket,
    request: Request,
    { pieces, pauseMs }: Extract<Dialect, { kind: 'slow' }>,
    over: () => boolean,
  ): Promise<void> {
    const text = typeof request === 'string' ? request : request[0] + request[1].toString('latin1');
    const size = Math.ceil(text.length / pieces);
    for (let at = 0; at < text.length && !over(); at += size) {
      if (at > 0) await new Promise((later) => setTimeout(later, pauseMs));
      if (!over()) socket.write(text.slice(at, at + size), 'latin1');
    }
  }

  #answered({ status, text }: Reply, tookMs: number): void {
    this.#count(String(status));
    const { also, expect } = this.#order;
    const right = status === 200 ? text.includes(expect) : also?.includes(status);
    if (right) this.#took.push(tookMs);
    else this.#failed(text);
  }

  #count(what: string): void {
    this.#answers[what] = (this.#answers[what] ?? 0) + 1;
  }

  #failed(text: string): void {
    this.#errors += 1;
    this.#firstError ??= text.slice(0, 500);
  }
}

let runs: Run[] = [];
let many = false;
for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line) as Order | readonly Order[] | 'go';
  if (order !== 'go') {
    many = Array.isArray(order);
    runs = [order].flat().map((one) => new Run(one as Order));
    process.stdout.write('"ready"\n');
  } else {
    const figures = await Promise.all(runs.map((run) => run.go()));
    process.stdout.write(`${JSON.stringify(many ? figures : figures[0])}\n`);
    runs = [];
  }
}
