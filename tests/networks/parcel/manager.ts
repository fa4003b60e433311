// The manager of Parcel: hands out what waits to nodes that know their token, and takes back what they made of it.

import { listen, readBody, sendJson } from '../../../src-main/practice/http-server.ts';
import type { StartPractice } from '../../../src-main/practice/practice.ts';

export interface Order {
  readonly kind: 'job' | 'lease';
  readonly ref: string;
  /** Of a lease: until when it is paid, epoch milliseconds. */
  readonly until?: number;
}

export interface Manager {
  readonly url: string;
  /** Tokens of the nodes that have joined and not left. */
  readonly joined: Set<string>;
  /** Every token that was ever shown. */
  readonly tokens: ReadonlySet<string>;
  /** How often a node has come by for an order. */
  looks(): number;
  /** Each answer that came back for an order, by its ref. */
  readonly answers: Map<string, string>;
  order(order: Order): void;
  waiting(): number;
  stop(): Promise<void>;
}

const MOST_BODY = 4096;

export async function startManager(): Promise<Manager> {
  const joined = new Set<string>();
  const answers = new Map<string, string>();
  const tokens = new Set<string>();
  const waiting: Order[] = [];
  let looks = 0;
  const server = await listen(async (req, res) => {
    const token = req.headers['x-parcel-token'];
    if (typeof token !== 'string') return sendJson(res, 401, {});
    tokens.add(token);
    const body = JSON.parse((await readBody(req, MOST_BODY)).toString() || '{}') as Record<string, string>;
    switch (req.url) {
      case '/join':
        joined.add(token);
        return sendJson(res, 200, {});
      case '/leave':
        joined.delete(token);
        return sendJson(res, 200, {});
      case '/take':
        looks += 1;
        return sendJson(res, joined.has(token) ? 200 : 403, { order: joined.has(token) ? waiting.shift() : undefined });
      case '/answer':
        answers.set(body.ref!, body.became!);
        return sendJson(res, 200, {});
      case '/waiting':
        return sendJson(res, 200, { parcels: waiting.length });
      default:
        return sendJson(res, 404, {});
    }
  });
  return {
    url: server.url,
    joined,
    tokens,
    looks: () => looks,
    answers,
    order: (order) => void waiting.push(order),
    waiting: () => waiting.length,
    stop: () => server.stop(),
  };
}

export const practiseParcel: StartPractice = async () => {
  const manager = await startManager();
  return { settings: { 'networks.parcel.managerUrl': manager.url }, stop: () => manager.stop() };
};
