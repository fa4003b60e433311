// A relay of the practice network: takes in workers over TCP and passes on to them what comes by HTTP, keeping a copy of all of it,
// as a curious one would.

import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import type { Random } from '../../src-main/base/random.ts';
import { listen, readBody, sendJson } from '../../src-main/practice/http-server.ts';
import {
  ACK,
  CALL,
  frame,
  INIT,
  PING,
  PONG,
  RELAY_ACK,
  RELAY_BIND,
  RESPONSE,
  readFrames,
  words,
} from '../../src-main/practice/iicp/framing.ts';

export interface RelayOptions {
  /** Of workers and of callers; default any free ones. */
  readonly port?: number;
  readonly httpPort?: number;
  /** Why a worker is not let in; undefined lets it in. */
  readonly refuse?: (worker: string, ticket: string) => string | undefined;
}

export interface PracticeRelay {
  /** Where callers come. */
  readonly url: string;
  /** Where workers come. */
  readonly port: number;
  readonly workers: () => readonly string[];
  /** How many have come to where workers come, bound or not. */
  readonly connections: () => number;
  /** Tasks and answers, as they passed through. */
  readonly seen: readonly string[];
  stop(): Promise<void>;
}

interface Worker {
  readonly socket: Socket;
  readonly models: readonly string[];
  readonly calls: Map<string, (text: string) => void>;
}

const MOST_BYTES = 16 * 1024 * 1024;

export async function startRelay(
  { random }: { readonly random: Random },
  options: RelayOptions = {},
): Promise<PracticeRelay> {
  const workers = new Map<string, Worker>();
  const sockets = new Set<Socket>();
  const seen: string[] = [];
  let connections = 0;
  const http = await listen(
    async (req, res) => {
      const [, id = '', path = ''] = /^\/v1\/relay-for\/([^/]+)(\/.*)$/.exec(req.url ?? '') ?? [];
      const worker = workers.get(decodeURIComponent(id));
      if (!worker) return sendJson(res, 404, { error: { code: 'IICP-E030', message: 'not bound' } });
      if (path === '/iicp/health') {
        return sendJson(res, 200, { status: 'ok', node_id: id, via_relay: true, models: worker.models });
      }
      const task = (await readBody(req, MOST_BYTES)).toString();
      seen.push(task);
      const callId = random.id();
      const text = await new Promise<string | undefined>((resolve) => {
        worker.calls.set(callId, resolve);
        worker.socket.once('close', () => resolve(undefined));
        worker.socket.write(
          frame(CALL, [
            [15, callId],
            [5, Buffer.from(task)],
          ]),
        );
      });
      worker.calls.delete(callId);
      if (text === undefined) return sendJson(res, 502, { error: { code: 'IICP-E031', message: 'no answer' } });
      seen.push(text);
      const { task_id } = JSON.parse(task) as { task_id?: string };
      return sendJson(res, 200, { task_id, status: 'completed', ...(JSON.parse(text) as object) });
    },
    { port: options.httpPort },
  );
  const httpPort = Number(new URL(http.url).port);
  const tcp = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    let bound: string | undefined;
    readFrames(socket, (type, message) => {
      if (type === INIT) socket.write(frame(ACK, [[1, 1]]));
      else if (type === PING) socket.write(frame(PONG, [[1, message.get(1)]]));
      else if (type === RELAY_BIND) {
        const id = words(message, 1);
        const reason = workers.has(id) ? 'worker_already_bound' : options.refuse?.(id, words(message, 4));
        if (reason !== undefined) {
          return void socket.end(
            frame(RELAY_ACK, [
              [1, 'error'],
              [2, id],
              [3, reason],
            ]),
          );
        }
        bound = id;
        workers.set(id, { socket, models: (message.get(3) as string[] | undefined) ?? [], calls: new Map() });
        socket.write(
          frame(RELAY_ACK, [
            [1, 'ok'],
            [2, id],
            [4, httpPort],
          ]),
        );
      } else if (type === RESPONSE && bound !== undefined) {
        workers.get(bound)?.calls.get(words(message, 15))?.(words(message, 5));
      }
    });
    socket.once('close', () => {
      if (bound !== undefined) workers.delete(bound);
    });
  });
  await listening(tcp, options.port ?? 0);
  return {
    url: http.url,
    port: (tcp.address() as AddressInfo).port,
    workers: () => [...workers.keys()],
    connections: () => connections,
    seen,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => {
        tcp.close(() => resolve());
      });
      await http.stop();
    },
  };
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}
