// A server that answers as a test tells it to, and remembers what it saw of its callers.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface SeenCall {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface ScriptedServer {
  readonly url: string;
  readonly calls: readonly SeenCall[];
  /** Requests whose answer is not complete and whose caller is still there. */
  open(): number;
  /** Connections made so far. */
  connections(): number;
  stop(): Promise<void>;
}

export type Script = (res: ServerResponse, call: SeenCall) => void;

/** Stops with the test. */
export async function scriptedServer(script: Script, host = '127.0.0.1', port = 0): Promise<ScriptedServer> {
  const calls: SeenCall[] = [];
  let open = 0;
  let connections = 0;
  const server = createServer((req, res) => {
    open += 1;
    res.on('close', () => {
      open -= 1;
    });
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('error', () => {});
    req.on('end', () => {
      const { method = '', url: path = '', headers } = req;
      const call = { method, path, headers, body: Buffer.concat(chunks).toString() };
      calls.push(call);
      script(res, call);
    });
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  onTestFinished(stop);
  const { port: taken } = server.address() as AddressInfo;
  const name = host.includes(':') ? `[${host}]` : host;
  return { url: `http://${name}:${taken}`, calls, open: () => open, connections: () => connections, stop };
}

/** A complete JSON answer. */
export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Script {
  return (res) =>
    void res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** Answers by path; 404 with an error for any other. */
export function routes(table: Readonly<Record<string, Script>>): Script {
  return (res, call) => (table[call.path] ?? json({ error: `no route ${call.path}` }, 404))(res, call);
}

/** A port on which nothing listens. */
export async function closedPort(): Promise<string> {
  const server = await scriptedServer(() => {});
  await server.stop();
  return server.url;
}
