// The socket that an attempt is made from, and that carries the link afterwards: what the router has let through is for this port alone.

import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Endpoint } from '../../../reachability/mapping.ts';
import type { Datagrams } from '../../../reachability/stun/socket.ts';

export class PunchSocket implements Datagrams {
  #socket: Socket | undefined;
  readonly port: number;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.port = socket.address().port;
  }

  static async open(): Promise<PunchSocket> {
    const socket = createSocket('udp4');
    socket.bind(0);
    await once(socket, 'listening');
    // What goes wrong with one datagram is no reason to end the others.
    socket.on('error', () => undefined);
    return new PunchSocket(socket);
  }

  send(bytes: Buffer, { address, port }: Endpoint): void {
    this.#socket?.send(bytes, port, address, () => undefined);
  }

  onDatagram(listener: (bytes: Buffer, from: Endpoint) => void): () => void {
    const hear = (bytes: Buffer, { address, port }: RemoteInfo) => listener(bytes, { address, port });
    const socket = this.#socket;
    socket?.on('message', hear);
    return () => socket?.off('message', hear);
  }

  /** It is another's from now on, who closes it. */
  release(): Socket {
    const socket = this.#socket;
    if (!socket) throw new Error('the socket is not here any more');
    this.#socket = undefined;
    return socket;
  }

  close(): void {
    this.#socket?.close();
    this.#socket = undefined;
  }
}
