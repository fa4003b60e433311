// A connection through the mesh as Node has streams, so that it can be piped into a socket and back.

import { Duplex } from 'node:stream';
import type { NodeAddr } from '../identity/names.ts';
import type { Connection } from './connection.ts';
import type { Failure } from './connection-ports.ts';

/** A connection that ended otherwise than by its ends saying so. */
export class ConnectionLost extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(`the connection through the mesh has ended: ${failure}`);
    this.failure = failure;
  }
}

export class TcpStream extends Duplex {
  /** The node at the other end, as its key proves. */
  readonly peer: NodeAddr;
  readonly #clock: { monotonic(): number };
  readonly #changed: () => void;
  #connection: Connection | undefined;
  #unread = 0;
  #waiting: { readonly bytes: Buffer; readonly done: (error?: Error | null) => void } | undefined;

  /** `changed`: after whatever may have moved the time at which the connection is due. */
  constructor(peer: NodeAddr, clock: { monotonic(): number }, changed: () => void) {
    super({ allowHalfOpen: true });
    this.peer = peer;
    this.#clock = clock;
    this.#changed = changed;
  }

  attach(connection: Connection): void {
    this.#connection = connection;
  }

  onOpened(): void {
    this.emit('connect');
  }

  onData(bytes: Buffer): void {
    // What is in a packet would keep all of it.
    if (this.push(Buffer.from(bytes))) this.#connection?.consumed(bytes.length);
    else this.#unread += bytes.length;
  }

  onEnded(): void {
    this.push(null);
  }

  onDrained(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) this.#writeOn(waiting.bytes, waiting.done);
  }

  /** Without a failure both ends are through, and what is still unread can be read. */
  onClosed(failure: Failure | undefined): void {
    if (failure) this.destroy(new ConnectionLost(failure));
  }

  override _read(): void {
    const unread = this.#unread;
    if (unread === 0) return;
    this.#unread = 0;
    this.#connection?.consumed(unread);
    this.#changed();
  }

  override _write(bytes: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#writeOn(bytes, done);
    this.#changed();
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#connection?.end(this.#clock.monotonic());
    this.#changed();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    // What both ends have finished goes on until it has arrived.
    if (error || !this.writableFinished || !this.readableEnded) this.#connection?.abort();
    this.#waiting = undefined;
    this.#changed();
    done(error);
  }

  #writeOn(bytes: Buffer, done: (error?: Error | null) => void): void {
    const taken = this.#connection?.write(bytes, this.#clock.monotonic()) ?? 0;
    if (taken === bytes.length) done();
    else this.#waiting = { bytes: bytes.subarray(taken), done };
  }
}
