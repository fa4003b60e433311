// Who is connected to the task server, and what is under way for each: tasks at the desk, and answers that wait to be sent, whose
// bytes all connections share a bound on, of which no caller gets all. Once the server ends, a connection ends with the last of them.

import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { callerOf } from '../callers.ts';
import { type Room, SharedRoom } from '../room.ts';
import type { TaskServerLimits } from './bounds.ts';

type ConnectionLimits = Pick<TaskServerLimits, 'perAddress' | 'loopback' | 'pipelined' | 'repliesTogether'>;

interface Connection {
  readonly caller: string;
  /** For answers of its caller that wait to be sent. */
  readonly room: Room;
  /** Requests of it whose answers are not sent. */
  expected: number;
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
  readonly #replies: SharedRoom;

  /** `ending`: the server takes nothing more. */
  constructor(ending: () => boolean, limits: ConnectionLimits) {
    this.#ending = ending;
    this.#limits = limits;
    this.#replies = new SharedRoom(limits.repliesTogether);
  }

  /** False: its caller has too many, and this one was cut off. */
  admit(socket: Socket): boolean {
    const caller = callerOf(socket.remoteAddress ?? '');
    const count = this.#callers.get(caller) ?? 0;
    const { loopback, perAddress } = this.#limits;
    if (count >= (caller === 'loopback' ? loopback : perAddress)) {
      socket.destroy();
      return false;
    }
    const connection: Connection = {
      caller,
      room: this.#replies.of(caller),
      expected: 0,
      working: 0,
      unsent: new Set(),
    };
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

  /** Whose it is: see callerOf. */
  callerOn(socket: Socket): string {
    return this.#open.get(socket)?.caller ?? '';
  }

  /** A request has come and will be answered. False: too many before it on its connection are not answered or not read. */
  expects(socket: Socket, response: ServerResponse): boolean {
    const connection = this.#open.get(socket);
    if (!connection || connection.expected >= this.#limits.pipelined) return false;
    connection.expected += 1;
    response.once('close', () => {
      connection.expected -= 1;
    });
    return true;
  }

  /** Whether there is room for more answers that the caller of this connection has yet to take. */
  roomForReplies(socket: Socket): boolean {
    return (this.#open.get(socket)?.room.left ?? 0) > 0;
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
      connection.room.give(bytes);
      this.#endIfIdle(socket, connection);
    };
    connection.unsent.add(release);
    connection.room.hold(bytes);
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
