import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Order } from '../bench/order.ts';
import { firstLine, Load, start, stopAll } from '../bench/processes.ts';

afterAll(stopAll);

const order: Omit<Order, 'url'> = {
  wrapping: { kind: 'bare' },
  bytes: 0,
  connections: 4,
  seconds: 0.3,
  expect: '"choices"',
};

async function measured(load: Load, given: Order) {
  await load.prepare(given);
  return load.run();
}

async function urlOf(args: readonly string[]): Promise<string> {
  return (JSON.parse(await firstLine(start(args))) as { url: string }).url;
}

async function served(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/chat/completions`;
}

describe('the benchmark’s own parts', () => {
  it('bring every size of question to the model server and its whole answer back, straight and through the pipe', async () => {
    const upstream = await urlOf(['tests/bench/upstream.ts']);
    const pipe = await urlOf(['tests/bench/pipe.ts', upstream]);
    const load = new Load();
    for (const url of [upstream, pipe]) {
      for (const bytes of [0, 1024, 16 * 1024, 2 * 1024 * 1024]) {
        const figures = await measured(load, { ...order, url: `${url}/v1/chat/completions`, bytes });
        expect(figures).toMatchObject({ errors: 0, requests: expect.any(Number), p99: expect.any(Number) });
        expect(figures.requests).toBeGreaterThan(0);
      }
    }
    await load.stop();
  });

  it('send each nonce once, with a chat of the size that was asked for', async () => {
    const bodies: string[] = [];
    const url = await served((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      request.on('end', () => {
        bodies.push(body);
        response.end('{"choices":[]}');
      });
    });
    const load = new Load();
    const { requests, errors } = await measured(load, { ...order, url, wrapping: { kind: 'task' }, bytes: 4096 });
    await load.stop();
    const tasks = bodies.map((body) => JSON.parse(body) as { nonce: string; payload: unknown });
    expect([errors, tasks.length, new Set(tasks.map(({ nonce }) => nonce)).size]).toEqual([0, requests, requests]);
    expect(new Set(tasks.map(({ payload }) => JSON.stringify(payload).length))).toEqual(new Set([4096]));
  });

  it.each<[string, RequestListener]>([
    ['a refusal', (_, response) => response.writeHead(503).end('{"choices":[]}')],
    ['another answer', (_, response) => response.end('{"error":{}}')],
    ['a lost connection', (request) => request.socket.destroy()],
    ['half an answer', (request, response) => response.write('{"choi', () => request.socket.destroy())],
  ])('count %s as an error and never as an answer', async (_, answer) => {
    const load = new Load();
    const { requests, errors, firstError } = await measured(load, { ...order, url: await served(answer) });
    await load.stop();
    expect([requests, errors > 0, firstError]).toEqual([0, true, expect.any(String)]);
  });
});
