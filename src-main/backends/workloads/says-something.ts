// Whether a server behind a port of this computer speaks first, as SSH servers do: what forwards the port takes every connection itself.

import { connect } from 'node:net';

const WAIT_MS = 5000;

export function saysSomethingAt(port: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', signal });
    const end = (heard: boolean) => {
      socket.destroy();
      resolve(heard);
    };
    socket.setTimeout(WAIT_MS, () => end(false));
    socket.once('data', () => end(true));
    socket.once('error', () => end(false));
    socket.once('close', () => resolve(false));
  });
}
