// The console face: the same pages and the same contract as the desktop window, served on 127.0.0.1 to a browser.
//
// Any page the user visits can send requests here, so each is held against the names of this host (loopback.ts), and nothing
// but the public files of the program is answered without a secret. That one travels in the link's fragment and in the first
// WebSocket message; a cookie would go to every other port of this host (RFC 6265 8.5).
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { CloseCode, SOCKET_PATH, TOKEN_FRAGMENT } from '../../src-preload/contract/console.ts';
import type { Service } from '../base/lifecycle.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import { ConsoleAccess } from './access.ts';
import { CONSOLE_LIMITS } from './bounds.ts';
import { Confirmations, type Confirmed } from './confirmations.ts';
import { type ConsoleSocket, type ConsoleSocketDeps, serveConsoleSocket } from './console-socket.ts';
import { PortTaken } from './errors.ts';
import { isOwnOrigin, loopbackHost } from './loopback.ts';
import { type Assets, cacheControl, loadAssets, pageHeaders } from './static.ts';

export interface ConsoleFaceDeps extends Pick<ConsoleSocketDeps, 'clock' | 'logger' | 'dispatch' | 'pushes'> {
  readonly random: Random;
}

export interface ConsoleFaceOptions {
  /** The built pages, `build/app/renderer`. */
  readonly pages: string;
  /** 0 or left out takes a free one. */
  readonly port?: number;
  /** What the user types before the number that a page shows; `hearth confirm` unless this node needs more than that. */
  readonly confirmCommand?: string;
  /** Called when a page comes with a link that let another one in, at `firstAt`; once for each link. */
  readonly onUsedTwice?: (firstAt: number) => void;
}

export interface ConsoleFace extends Service {
  /** `http://127.0.0.1:PORT`. Throws before `start`. */
  address(): string;
  /** A link that opens the console once, within ten minutes; `onUsed` is called when it has. Throws before `start`. */
  issueLink(onUsed?: () => void): string;
  /** The owner says yes to the page that shows this number. Throws NoSuchNumber. */
  confirm(number: string): Confirmed;
  /** Shuts out every page and ends every link. Answers how many pages could have gone on. */
  revoke(): number;
}

const LIMITS = CONSOLE_LIMITS;
/** What `stop` gives pages to take the close frame. */
const STOP_MS = 500;

export function createConsoleFace(deps: ConsoleFaceDeps, options: ConsoleFaceOptions): ConsoleFace {
  const { clock, logger } = deps;
  const access = new ConsoleAccess(deps);
  const confirmations = new Confirmations(deps, options.confirmCommand ?? 'hearth confirm');
  const sockets = new Set<ConsoleSocket>();
  let running: { readonly server: Server; readonly port: number; readonly endBeats: () => void } | undefined;

  const upgrader = new WebSocketServer({ noServer: true, clientTracking: false, maxPayload: LIMITS.messageBytes });

  function upgrade(request: IncomingMessage, raw: Duplex, head: Buffer) {
    raw.on('error', () => raw.destroy());
    const host = loopbackHost(request.headersDistinct);
    if (host === undefined) return refuse(raw, '421 Misdirected Request');
    if (request.url !== SOCKET_PATH) return refuse(raw, '404 Not Found');
    if (!isOwnOrigin(request.headers, host)) return refuse(raw, '403 Forbidden');
    if (running === undefined || !mayOpen()) return refuse(raw, '503 Service Unavailable');
    upgrader.handleUpgrade(request, raw, head, admit);
  }

  function admit(socket: WebSocket): void {
    const { onUsedTwice } = options;
    const parts = { ...deps, access, confirmations, mayOpen, onUsedTwice };
    const own = serveConsoleSocket(parts, socket, () => sockets.delete(own));
    sockets.add(own);
    // Any program that can reach the port can open these, those of other users of this computer too; the owner's page must find room.
    const strangers = [...sockets].filter((each) => each.session() === undefined);
    for (const oldest of strangers.slice(0, -LIMITS.strangers)) {
      sockets.delete(oldest);
      oldest.cut();
    }
  }

  function mayOpen(): boolean {
    return [...sockets].filter((each) => each.session() !== undefined).length < LIMITS.sockets;
  }

  function startBeats(): () => void {
    let cancel = () => {};
    const next = () => {
      cancel = clock.after(LIMITS.beatMs, () => {
        for (const socket of sockets) socket.beat();
        next();
      });
    };
    next();
    return () => cancel();
  }

  function address(): string {
    if (running === undefined) throw new Error('the console is not started');
    return `http://127.0.0.1:${running.port}`;
  }

  return {
    name: 'console',
    address,
    issueLink: (onUsed) => `${address()}/${TOKEN_FRAGMENT}${access.issue(onUsed)}`,
    confirm(number) {
      const confirmed = confirmations.confirm(number);
      for (const socket of sockets) if (socket.session() === confirmed.session) socket.confirmed(number);
      logger.info('a page of the console was confirmed at the computer', { asked: confirmed.asked });
      return confirmed;
    },
    revoke() {
      const pages = access.revoke();
      confirmations.forget();
      for (const socket of sockets) socket.close(CloseCode.revoked);
      logger.warn('all pages of the console were shut out', { pages });
      return pages;
    },
    async start() {
      if (running !== undefined) return;
      const assets = await loadAssets(options.pages);
      const server = createServer(
        {
          maxHeaderSize: LIMITS.headerBytes,
          headersTimeout: LIMITS.requestMs,
          requestTimeout: LIMITS.requestMs,
          // Node looks at those two only this often, every 30 s unless set otherwise.
          connectionsCheckingInterval: Math.ceil(LIMITS.requestMs / 4),
        },
        (request, response) => serve(assets, request, response),
      );
      const idle = new Set<Duplex>();
      server.on('connection', (connection) => {
        connection.once('close', () => idle.delete(connection));
        idle.add(connection);
        // Not the newest: any user of this computer can hold connections, and the owner's page is the one to come.
        const [oldest] = idle;
        if (idle.size > LIMITS.connections) oldest?.destroy();
      });
      server.on('upgrade', (request, raw, head) => {
        idle.delete(raw);
        upgrade(request, raw, head);
      });
      const port = await listen(server, options.port ?? 0, logger);
      try {
        running = { server, port, endBeats: startBeats() };
      } catch (error) {
        server.close();
        throw error;
      }
      logger.info('console listens', { port });
    },
    async stop() {
      if (running === undefined) return;
      const { server, endBeats } = running;
      running = undefined;
      endBeats();
      const closed = new Promise<void>((done) => server.close(() => done()));
      for (const socket of sockets) socket.close(CloseCode.goingAway);
      const cancel = clock.after(STOP_MS, () => {
        for (const socket of sockets) socket.cut();
        server.closeAllConnections();
      });
      server.closeIdleConnections();
      await closed;
      cancel();
    },
  };
}

function serve(assets: Assets, request: IncomingMessage, response: ServerResponse) {
  const host = loopbackHost(request.headersDistinct);
  if (host === undefined) return plain(response, 421, 'This is not the host you look for.');
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    return plain(response, 405, 'Only GET and HEAD are answered here.');
  }
  const [path = ''] = (request.url ?? '').split('?', 1);
  const asset = assets.get(path);
  if (asset === undefined) return plain(response, 404, 'There is nothing here.');
  response.writeHead(200, {
    ...pageHeaders(`'self' ws://${host}`),
    'content-type': asset.type,
    'content-length': asset.body.length,
    'cache-control': cacheControl(asset),
  });
  response.end(request.method === 'HEAD' ? undefined : asset.body);
}

function plain(response: ServerResponse, status: number, sentence: string): void {
  // A body that came along is not read: the connection ends with the answer.
  response.writeHead(status, {
    ...pageHeaders("'none'"),
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    connection: 'close',
  });
  response.end(`${sentence}\n`);
}

function refuse(raw: Duplex, status: string): void {
  raw.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => raw.destroy());
}

function listen(server: Server, port: number, logger: Logger): Promise<number> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new PortTaken(port, error) : error);
    server.once('error', failed);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', failed);
      // Such as no file descriptor left for one more connection; without a listener that would end the process.
      server.on('error', (error) => logger.warn('a connection to the console could not be accepted', { error }));
      resolve((server.address() as AddressInfo).port);
    });
  });
}
