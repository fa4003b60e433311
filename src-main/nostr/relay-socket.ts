// The WebSocket to a relay: bounded, without compression, and never into a private network unless the user typed such an address.

import { WebSocket } from 'ws';
import { publicOnly } from '../reachability/public-only.ts';
import { RELAY } from './bounds.ts';
import type { RelayUrl } from './relay-url.ts';

/** What the bytes on the user's line are counted by. */
export interface CountedConnection {
  readonly bytesRead: number;
  readonly bytesWritten: number;
  once(event: 'close', listener: () => void): unknown;
}

export interface RelaySocket {
  send(text: string): void;
  ping(): void;
  /** Leaves what comes in the socket until `resume`. */
  pause(): void;
  resume(): void;
  /** At once; `closed` is not called any more. */
  close(): void;
}

export interface SocketEvents {
  opened(connection: CountedConnection): void;
  /** undefined: bytes that are no text. */
  heard(message: Buffer | undefined): void;
  ponged(): void;
  closed(why: string): void;
}

export type Dial = (to: RelayUrl, on: SocketEvents) => RelaySocket;

/** What a relay may leave unread of ours before it is taken for dead. */
const MOST_UNREAD = 8 * 1024 * 1024;

export const dial: Dial = ({ url, mayBePrivate }, on) => {
  const socket = new WebSocket(url, {
    maxPayload: RELAY.message,
    perMessageDeflate: false,
    // A turn for others after each message: to check the signatures of all that one read of the socket brings takes a second.
    allowSynchronousEvents: false,
    handshakeTimeout: RELAY.connectMs,
    followRedirects: false,
    ...(!mayBePrivate && { lookup: publicOnly() }),
  });
  let over = false;
  let why = 'closed';
  let connection: CountedConnection | undefined;
  socket.on('upgrade', (response) => {
    connection = response.socket;
  });
  socket.on('open', () => {
    if (!over && connection) on.opened(connection);
  });
  socket.on('message', (data, isBinary) => {
    if (!over) on.heard(isBinary || !Buffer.isBuffer(data) ? undefined : data);
  });
  socket.on('pong', () => {
    if (!over) on.ponged();
  });
  socket.on('error', (error: Error & { code?: unknown }) => {
    why = typeof error.code === 'string' ? error.code : 'no WebSocket there';
  });
  socket.on('close', () => {
    if (over) return;
    over = true;
    on.closed(why);
  });
  const end = () => {
    over = true;
    socket.terminate();
  };
  return {
    send(text) {
      if (socket.readyState !== WebSocket.OPEN) return;
      if (socket.bufferedAmount > MOST_UNREAD) return void socket.terminate();
      socket.send(text);
    },
    ping() {
      if (socket.readyState === WebSocket.OPEN) socket.ping();
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    close: end,
  };
};
