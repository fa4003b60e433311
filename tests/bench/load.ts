// The load generator, a process of its own: N keep-alive connections, each sending its next request when the reply is in.
// Reads one JSON line of orders at a time from standard input and answers with one line of figures.
import { Agent, request } from 'node:http';
import { createInterface } from 'node:readline';

export interface Order {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  /** `@@` in it is replaced by a fresh nonce for each request. */
  readonly body: string;
  /** What each reply must contain, or it counts as an error. */
  readonly expect: string;
}

export interface Figures {
  readonly requests: number;
  readonly errors: number;
  readonly rps: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

let counter = 0;

async function run(order: Order): Promise<Figures> {
  const agent = new Agent({ keepAlive: true, maxSockets: order.connections });
  const [before = '', after] = order.body.split('@@');
  const latencies: number[] = [];
  let errors = 0;
  let over = false;
  const one = () =>
    new Promise<void>((resolve) => {
      counter += 1;
      const body = after === undefined ? before : `${before}${process.pid}-${counter}${after}`;
      const began = performance.now();
      const done = (good: boolean) => {
        if (!good) errors += 1;
        else if (!over) latencies.push(performance.now() - began);
        resolve();
      };
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      const call = request(order.url, { method: 'POST', agent, headers }, (reply) => {
        const chunks: Buffer[] = [];
        reply.on('data', (chunk: Buffer) => chunks.push(chunk));
        reply.on('end', () => done(reply.statusCode === 200 && Buffer.concat(chunks).includes(order.expect)));
        reply.on('error', () => done(false));
      });
      call.on('error', () => done(false));
      call.end(body);
    });
  const loop = async () => {
    while (!over) await one();
  };
  const began = performance.now();
  const timer = setTimeout(() => {
    over = true;
  }, order.seconds * 1000);
  await Promise.all(Array.from({ length: order.connections }, loop));
  clearTimeout(timer);
  const seconds = (performance.now() - began) / 1000;
  agent.destroy();
  latencies.sort((a, b) => a - b);
  const at = (share: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? Number.NaN;
  return { requests: latencies.length, errors, rps: latencies.length / seconds, p50: at(0.5), p99: at(0.99) };
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await run(JSON.parse(line) as Order))}\n`);
}
