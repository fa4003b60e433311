// Whether a server behind a port speaks first, as SSH servers do: what forwards the port takes every connection itself.

import { connect } from 'node:net';

const WAIT_MS = 5000;

export function saysSomethingAt(port: number, signal: AbortSignal, host = '127.0.0.1'): Promise<boolean> {
  return seenAt(port, signal, host, 'data');
}

/** Whether anything takes connections there. */
export function accepts(port: number, signal: AbortSignal, host: string): Promise<boolean> {
  return seenAt(port, signal, host, 'connect');
}

function seenAt(port: number, signal: AbortSignal, host: string, what: 'connect' | 'data'): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host, signal });
    const end = (heard: boolean) => {
      socket.destroy();
      resolve(heard);
    };
    socket.setTimeout(WAIT_MS, () => end(false));
    socket.once(what, () => end(true));
    socket.once('error', () => end(false));
    socket.once('close', () => resolve(false));
  });
}
