// Who is connected to a listener, and what is under way for each: requests that are worked on, and answers that wait to be sent, whose
// bytes all connections share a bound on, of which no caller gets all. Once the server ends, a connection ends with the last of them.

import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../base/clock.ts';
import type { InboundLimits } from './bounds.ts';
import { callerOf } from './callers.ts';
import type { Room, SharedRoom } from './room.ts';

type ConnectionLimits = Pick<
  InboundLimits,
  'perAddress' | 'loopback' | 'pipelined' | 'requests' | 'callersKept' | 'shutOutMs' | 'shutOut'
>;

export interface ConnectionsDeps {
  readonly clock: Clock;
  /** The server takes nothing more. */
  readonly ending: () => boolean;
  /** For answers that wait to be sent. */
  readonly replies: SharedRoom;
}

/** As long as it has connections, and from then on until its second is over. */
interface Caller {
  connections: number;
  /** Requests since then, on the monotonic clock; counted anew each second. */
  requests: number;
  since: number;
}

interface Connection {
  readonly caller: string;
  readonly its: Caller;
  /** For answers of its caller that wait to be sent. */
  readonly room: Room;
  /** Requests of it whose answers are not sent. */
  expected: number;
  /** Requests of it that are worked on. */
  working: number;
  /** For each answer that waits to be sent, what gives up waiting. */
  readonly unsent: Set<() => void>;
}

const SECOND_MS = 1000;

export class Connections {
  readonly #clock: Clock;
  readonly #ending: () => boolean;
  readonly #limits: ConnectionLimits;
  readonly #open = new Map<Socket, Connection>();
  readonly #callers = new Map<string, Caller>();
  /** Those of them without a connection, in the order in which they left. */
  readonly #left = new Set<string>();
  readonly #replies: SharedRoom;
  /** Callers whose connections are not taken, until then on the monotonic clock; in the order in which they were shut out. */
  readonly #shutOut = new Map<string, number>();

  constructor({ clock, ending, replies }: ConnectionsDeps, limits: ConnectionLimits) {
    this.#clock = clock;
    this.#ending = ending;
    this.#limits = limits;
    this.#replies = replies;
  }

  /** False: its caller has too many, and this one was cut off. */
  admit(socket: Socket): boolean {
    const caller = callerOf(socket.remoteAddress ?? '');
    const its = this.#callers.get(caller) ?? { connections: 0, requests: 0, since: 0 };
    const { loopback, perAddress } = this.#limits;
    if (its.connections >= (caller === 'loopback' ? loopback : perAddress) || this.#isOut(caller)) {
      socket.destroy();
      return false;
    }
    const connection: Connection = {
      caller,
      its,
      room: this.#replies.of(caller),
      expected: 0,
      working: 0,
      unsent: new Set(),
    };
    its.connections += 1;
    this.#callers.set(caller, its);
    this.#left.delete(caller);
    this.#open.set(socket, connection);
    socket.once('close', () => {
      this.#open.delete(socket);
      its.connections -= 1;
      if (its.connections === 0) this.#leaves(caller);
      for (const release of connection.unsent) release();
    });
    return true;
  }

  /**
   * Cuts off a connection that no program of the protocol would use so, and takes none of its caller for a while: each would cost
   * as much again before it is found out. This host is not shut out, for a tunnel or proxy on it brings everybody.
   */
  shutOut(socket: Socket): void {
    const caller = this.callerOn(socket);
    socket.destroy();
    if (caller === '' || caller === 'loopback') return;
    this.#shutOut.delete(caller);
    this.#shutOut.set(caller, this.#clock.monotonic() + this.#limits.shutOutMs);
    const [first] = this.#shutOut.keys();
    if (this.#shutOut.size > this.#limits.shutOut && first !== undefined) this.#shutOut.delete(first);
  }

  /** Counts a request. False: its caller has sent too many in this second. */
  asks(socket: Socket): boolean {
    const connection = this.#open.get(socket);
    if (!connection) return false;
    const { caller, its } = connection;
    if (caller === 'loopback') return true;
    const now = this.#clock.monotonic();
    if (now - its.since >= SECOND_MS) {
      its.since = now;
      its.requests = 0;
    }
    its.requests += 1;
    return its.requests <= this.#limits.requests;
  }

  /** A caller that connects anew for each request is counted on, so what it asked for is remembered until its second is over. */
  #leaves(caller: string): void {
    this.#left.add(caller);
    const now = this.#clock.monotonic();
    for (const each of this.#left) {
      const over = now - this.#callers.get(each)!.since >= SECOND_MS;
      if (!over && this.#left.size <= this.#limits.callersKept) break;
      this.#left.delete(each);
      this.#callers.delete(each);
    }
  }

  #isOut(caller: string): boolean {
    const until = this.#shutOut.get(caller);
    if (until === undefined) return false;
    if (this.#clock.monotonic() < until) return true;
    this.#shutOut.delete(caller);
    return false;
  }

  has(socket: Socket): boolean {
    return this.#open.has(socket);
  }

  /** Whose it is: see callerOf. */
  callerOn(socket: Socket): string {
    return this.#open.get(socket)?.caller ?? '';
  }

  /** A request has come and will be answered. False: too many before it on its connection have no answer yet, or came in this second. */
  expects(socket: Socket, response: ServerResponse): boolean {
    const connection = this.#open.get(socket);
    if (!connection || connection.expected >= this.#limits.pipelined || !this.asks(socket)) return false;
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

  /** A request of this connection is worked on until what is returned is called, which is to be done once. */
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
   * An answer waits to be sent until what is returned is called, or the connection closes; then `released` is called, once.
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
