// The load generator, a process of its own: N keep-alive connections, each sending its next request when the reply is in.
// Reads one JSON line of orders at a time from standard input and answers with one line of figures.
import { Agent, request } from 'node:http';
import { createInterface } from 'node:readline';
import { systemRandom } from '../../src-main/base/random.ts';
import { sealRequest } from '../../src-main/practice/sealing.ts';

export interface Order {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  /** `@@` in it is replaced by a fresh nonce for each request, `"##"` by the payload sealed anew where `seal` says to whom. */
  readonly body: string;
  readonly seal?: {
    readonly recipient: { readonly key: string; readonly key_id: string };
    readonly taskId: string;
    readonly intent: string;
    readonly payload: string;
  };
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

/** More than are sent in the time, so that sealing costs the measured time nothing. */
const SEALED_A_SECOND = 6000;

function bodies(order: Order): () => string | undefined {
  const [before = '', after] = order.body.split('@@');
  const next = () => {
    counter += 1;
    return after === undefined ? before : `${before}${process.pid}-${counter}${after}`;
  };
  const { seal } = order;
  if (!seal) return next;
  const rate = order.connections === 1 ? SEALED_A_SECOND / 3 : SEALED_A_SECOND;
  const ready = Array.from({ length: Math.ceil(rate * order.seconds) }, () => {
    const keys = { ephemeralKey: systemRandom.bytes(32), nonce: systemRandom.bytes(12) };
    return next().replace('"##"', JSON.stringify(sealRequest({ ...seal, ...keys }).envelope));
  });
  return () => ready.pop();
}

async function run(order: Order): Promise<Figures> {
  const agent = new Agent({ keepAlive: true, maxSockets: order.connections });
  const body = bodies(order);
  const latencies: number[] = [];
  let errors = 0;
  let over = false;
  const one = (text: string) =>
    new Promise<void>((resolve) => {
      const began = performance.now();
      const done = (good: boolean) => {
        if (!good) errors += 1;
        else if (!over) latencies.push(performance.now() - began);
        resolve();
      };
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
      const call = request(order.url, { method: 'POST', agent, headers }, (reply) => {
        const chunks: Buffer[] = [];
        reply.on('data', (chunk: Buffer) => chunks.push(chunk));
        reply.on('end', () => done(reply.statusCode === 200 && Buffer.concat(chunks).includes(order.expect)));
        reply.on('error', () => done(false));
      });
      call.on('error', () => done(false));
      call.end(text);
    });
  const loop = async () => {
    for (let text = body(); text !== undefined && !over; text = body()) await one(text);
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
