// The manager of Parcel: hands out what waits to nodes that know their token, and takes back what they made of it.

import { listen, readBody, sendJson } from '../../../src-main/practice/http-server.ts';
import type { StartPractice } from '../../../src-main/practice/practice.ts';

export interface Order {
  readonly kind: 'job' | 'lease';
  readonly ref: string;
  /** Of a job: how long it takes, milliseconds. */
  readonly takesMs?: number;
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

/** @param everyMs how often nodes are asked to come by */
export async function startManager(everyMs = 20): Promise<Manager> {
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
        return sendJson(res, 200, { everyMs });
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

const PRACTICE = { everyMs: 500, jobTakesMs: 3000, betweenMs: 4000, shelfMs: 3_600_000 };

/** A shelf for an hour, and a parcel again and again. */
export const practiseParcel: StartPractice = async ({ clock }) => {
  const manager = await startManager(PRACTICE.everyMs);
  let count = 0;
  manager.order({ kind: 'lease', ref: 'shelf', until: clock.now() + PRACTICE.shelfMs });
  const again = (): (() => void) => {
    count += 1;
    // Nobody is there to weigh them: a few wait, and no more come.
    if (manager.waiting() < 3) manager.order({ kind: 'job', ref: `parcel-${count}`, takesMs: PRACTICE.jobTakesMs });
    return clock.after(PRACTICE.betweenMs, () => {
      cancel = again();
    });
  };
  let cancel = again();
  return {
    settings: { 'networks.parcel.managerUrl': manager.url },
    async stop() {
      cancel();
      await manager.stop();
    },
  };
};
