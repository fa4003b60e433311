// Who is connected to the task server, and what is under way for each: tasks at the desk, and answers that wait to be sent, whose
// bytes all connections share a bound on. Once the server ends, a connection ends with the last of them.

import type { Socket } from 'node:net';
import { callerOf } from '../callers.ts';
import type { TaskServerLimits } from './bounds.ts';

type ConnectionLimits = Pick<TaskServerLimits, 'connections' | 'perAddress' | 'repliesTogether'>;

interface Connection {
  /** Tasks of it that are at the desk. */
  working: number;
  /** For each answer that waits to be sent, what gives up waiting. */
  readonly unsent: Set<() => void>;
}

export class Connections {
  readonly #ending: () => boolean;
  readonly #limits: ConnectionLimits;
  readonly #open = new Map<Socket, Connection>();
  /** How many connections each caller has. */
  readonly #callers = new Map<string, number>();
  /** Bytes of answers that wait to be sent. */
  #unsent = 0;

  /** `ending`: the server takes nothing more. */
  constructor(ending: () => boolean, limits: ConnectionLimits) {
    this.#ending = ending;
    this.#limits = limits;
  }

  /** False: its caller has too many, and this one was cut off. */
  admit(socket: Socket): boolean {
    const caller = callerOf(socket.remoteAddress ?? '');
    const count = this.#callers.get(caller) ?? 0;
    const { connections, perAddress } = this.#limits;
    if (count >= (caller === 'loopback' ? connections : perAddress)) {
      socket.destroy();
      return false;
    }
    const connection: Connection = { working: 0, unsent: new Set() };
    this.#callers.set(caller, count + 1);
    this.#open.set(socket, connection);
    socket.once('close', () => {
      this.#open.delete(socket);
      const left = this.#callers.get(caller)! - 1;
      if (left > 0) this.#callers.set(caller, left);
      else this.#callers.delete(caller);
      for (const release of connection.unsent) release();
    });
    return true;
  }

  has(socket: Socket): boolean {
    return this.#open.has(socket);
  }

  /** Whether there is room for more answers that wait to be sent. */
  get roomForReplies(): boolean {
    return this.#unsent < this.#limits.repliesTogether;
  }

  /** A task of this connection is at the desk until what is returned is called, which is to be done once. */
  working(socket: Socket): () => void {
    const connection = this.#open.get(socket);
    if (!connection) return nothing;
    connection.working += 1;
    return () => {
      connection.working -= 1;
      this.#endIfIdle(socket, connection);
    };
  }

  /**
   * An answer waits to be sent until what is returned is called, or the connection closes; then `released` is told, once.
   * Undefined: the connection has closed already.
   */
  unsent(socket: Socket, bytes: number, released: () => void = nothing): (() => void) | undefined {
    const connection = this.#open.get(socket);
    if (!connection) return undefined;
    const release = () => {
      if (!connection.unsent.delete(release)) return;
      released();
      this.#unsent -= bytes;
      this.#endIfIdle(socket, connection);
    };
    connection.unsent.add(release);
    this.#unsent += bytes;
    return release;
  }

  /** Ends those on which nothing is under way. */
  endIdle(): void {
    for (const [socket, connection] of this.#open) this.#endIfIdle(socket, connection);
  }

  destroy(): void {
    for (const socket of this.#open.keys()) socket.destroy();
  }

  #endIfIdle(socket: Socket, { working, unsent }: Connection): void {
    if (this.#ending() && working === 0 && unsent.size === 0) socket.destroySoon();
  }
}

function nothing(): void {}
