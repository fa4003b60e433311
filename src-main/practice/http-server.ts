// The HTTP floor under the practice servers: plain node:http with bounded bodies, and a stop that leaves nothing open.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ListenOptions {
  /** Default 127.0.0.1: a practice server is for this computer unless set otherwise. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
}

export interface Listening {
  /** `http://host:port`, no trailing slash. */
  readonly url: string;
  /** Closes the listener and every open connection. May be called twice. */
  stop(): Promise<void>;
}

/** A request body larger than its bound. Its rest is read and thrown away, so that the client can hear the refusal. */
export class BodyTooLarge extends Error {}

const LONGEST_REQUEST_MS = 60_000;

/** Listens and hands every request to `handle`, whose rejection becomes a 500 in `{error: {code, message}}`. */
export function listen(
  handle: (req: IncomingMessage, res: ServerResponse) => Promise<void>,
  { host = '127.0.0.1', port = 0 }: ListenOptions = {},
): Promise<Listening> {
  const server = createServer({ requestTimeout: LONGEST_REQUEST_MS, headersTimeout: 15_000 }, (req, res) => {
    handle(req, res).catch(() => {
      if (res.headersSent) res.destroy();
      else sendJson(res, 500, { error: { code: 'internal_error', message: 'the practice server failed' } });
    });
  });
  server.maxConnections = 1024;
  server.keepAliveTimeout = 30_000;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address() as AddressInfo;
      const shown = address.family === 'IPv6' ? `[${address.address}]` : address.address;
      let stopped: Promise<void> | undefined;
      resolve({
        url: `http://${shown}:${address.port}`,
        stop() {
          stopped ??= new Promise((done) => {
            server.close(() => done());
            server.closeAllConnections();
          });
          return stopped;
        },
      });
    });
  });
}

/** The whole body, or BodyTooLarge as soon as it is known to exceed `limit` bytes. Rejects when the client goes away. */
export function readBody(req: IncomingMessage, limit: number): Promise<Buffer> {
  if (Number(req.headers['content-length'] ?? 0) > limit) return Promise.reject(new BodyTooLarge());
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    req.on('data', (part: Buffer) => {
      size += part.length;
      if (size <= limit) return void parts.push(part);
      parts.length = 0;
      reject(new BodyTooLarge());
    });
    req.on('end', () => resolve(parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts, size)));
    req.on('error', reject);
    req.on('close', () => reject(new Error('the client went away')));
  });
}

export function sendJson(
  res: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const text = JSON.stringify(body);
  res.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  res.end(text);
}
