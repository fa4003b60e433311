// One connection to a model server: one request at a time, its reply read in place from a buffer that all connections share.

import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { type Reply, ReplyReader } from './reply.ts';

export interface Place {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** To be reached, TLS included, milliseconds. */
  readonly connectMs: number;
}

/** What came back, or why nothing whole did. */
export type Ending =
  | ({ readonly kind: 'reply' } & Reply)
  /** Not reached, or lost before the reply was whole; `sent`: the server was there, and had the request or some of it. */
  | { readonly kind: 'lost'; readonly refused: boolean; readonly sent: boolean }
  /** What answers does not speak HTTP. */
  | { readonly kind: 'not-http' }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'aborted' };

export interface Watcher {
  /** Ready for another request. */
  idle(connection: Connection): void;
  /** Gone for good. Comes once, after the ending of a request that ran. */
  gone(connection: Connection): void;
}

/** Below the five seconds after which Node's and uvicorn's servers hang up on an idle connection, perhaps just as it is used. */
const KEEP_MS = 4000;
/** How much sooner than the server says an idle connection is given up. */
const SOONER_MS = 1000;
/** A last resort: callers bound their wait by a signal, and no network grants a task more than five minutes. */
const LONGEST_SILENCE_MS = 360_000;

/** What is read is copied out before the next read, whosever it is. */
const BUFFER = Buffer.allocUnsafeSlow(64 * 1024);

export class Connection {
  readonly #socket: Socket;
  readonly #watcher: Watcher;
  #reader: ReplyReader | undefined;
  #ended: ((ending: Ending) => void) | undefined;

  constructor(place: Place, watcher: Watcher) {
    this.#watcher = watcher;
    const { host, port } = place;
    const onread = { buffer: BUFFER, callback: (count: number) => this.#read(count) };
    const to = { host, port, noDelay: true, onread };
    let reached = false;
    const ready = () => {
      reached = true;
      this.#socket.setTimeout(LONGEST_SILENCE_MS);
    };
    if (place.tls) {
      const names = isIP(host) ? {} : { servername: host };
      const socket: TLSSocket = connectTls({ ...to, ...names, ALPNProtocols: ['http/1.1'] });
      this.#socket = socket.once('secureConnect', ready);
    } else this.#socket = connect(to).once('connect', ready);
    let refused = false;
    this.#socket
      .setTimeout(place.connectMs)
      .on('timeout', () => {
        const wasReached = reached;
        // Where this process itself stood still, timers come before what the server has sent meanwhile.
        setImmediate(() => {
          if (reached === wasReached) this.#socket.destroy();
        });
      })
      .on('error', (error) => {
        refused = codeOf(error) === 'ECONNREFUSED';
      })
      .once('end', () => {
        if (this.#reader?.end()) this.#end({ kind: 'reply', ...this.#reader.reply });
      })
      .once('close', () => {
        this.#end({ kind: 'lost', refused, sent: reached });
        watcher.gone(this);
      });
  }

  /** False where it is about to be gone. */
  get open(): boolean {
    return !this.#socket.destroyed;
  }

  /**
   * `head` is the request up to and with its empty line. `ended` is called once; `heard`, where it is given, with what comes of the
   * body. Not before the request before has ended.
   */
  send(
    head: string,
    body: string | Uint8Array | undefined,
    ended: (ending: Ending) => void,
    heard?: (bytes: Buffer) => void,
  ): void {
    this.#ended = ended;
    this.#reader = new ReplyReader(heard);
    if (!this.#socket.connecting) this.#socket.setTimeout(LONGEST_SILENCE_MS);
    if (typeof body === 'string' || body === undefined) this.#socket.write(head + (body ?? ''));
    else {
      this.#socket.cork();
      this.#socket.write(head);
      this.#socket.write(body);
      this.#socket.uncork();
    }
  }

  /** Ends the request that runs, and the connection with it. */
  abort(): void {
    this.#end({ kind: 'aborted' });
    this.#socket.destroy();
  }

  #read(count: number): boolean {
    const reader = this.#reader;
    // It answers no request.
    if (!reader || !this.#ended) return this.#drop();
    const verdict = reader.feed(BUFFER, count);
    if (verdict === 'more') return true;
    if (verdict !== 'done') {
      this.#end({ kind: verdict });
      return this.#drop();
    }
    const { reply } = reader;
    this.#reader = undefined;
    const keepMs = Math.min(KEEP_MS, (reply.keep?.ms ?? 0) - SOONER_MS);
    if (keepMs > 0) this.#socket.setTimeout(keepMs);
    this.#end({ kind: 'reply', ...reply });
    if (keepMs <= 0 || this.#socket.destroyed) return this.#drop();
    // A reply may come before the last of its request is gone.
    if (this.#socket.writableLength === 0) this.#watcher.idle(this);
    else if (this.#socket.writableNeedDrain) this.#socket.once('drain', () => this.#watcher.idle(this));
    else return this.#drop();
    return true;
  }

  #drop(): false {
    this.#socket.destroy();
    return false;
  }

  #end(ending: Ending): void {
    const ended = this.#ended;
    this.#ended = undefined;
    ended?.(ending);
  }
}

/** Connecting to a name with several addresses fails with one error for all of them. */
function codeOf(error: Error): unknown {
  const [first] = error instanceof AggregateError ? error.errors : [];
  return (first as { code?: unknown } | undefined)?.code ?? (error as { code?: unknown }).code;
}
