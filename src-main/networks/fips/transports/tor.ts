// Frames through Tor: out by its SOCKS port, in by an onion service that its user has set up, which leads to a port of this computer.

import { createReadStream } from 'node:fs';
import type { Socket } from 'node:net';
import { SocksClient } from 'socks';
import type { Clock } from '../../../base/clock.ts';
import type { HostPort } from './address.ts';
import { connectTo, type TcpProxy, TcpTransport } from './tcp.ts';

export interface TorOptions {
  readonly id: string;
  /** Where Tor takes connections. */
  readonly socks: HostPort;
  /** Where its onion service leads to: a port of this computer. Undefined: it only dials. */
  readonly bind?: HostPort | undefined;
  readonly mtu?: number;
}

/** A circuit to an onion service takes its time. */
const CONNECT_MS = 120_000;
const SERVICE_PORT = 443;
const HOSTNAME = /^([a-z2-7]{56}\.onion)\s*$/;
const HOSTNAME_BYTES = 128;

export function torTransport(
  deps: { readonly clock: Pick<Clock, 'monotonic' | 'after'> },
  { socks, ...options }: TorOptions,
): TcpTransport {
  const proxy: TcpProxy = {
    type: 'tor',
    connectMs: CONNECT_MS,
    connect: (target, signal) => connectThrough(socks, target, signal),
  };
  return new TcpTransport(deps, { ...options, proxy });
}

/** Where others reach the onion service whose hostname file this is; undefined: there is none, or not yet. */
export async function onionAddress(hostnameFile: string, port = SERVICE_PORT): Promise<string | undefined> {
  try {
    let text = '';
    for await (const chunk of createReadStream(hostnameFile, { end: HOSTNAME_BYTES - 1 })) text += String(chunk);
    const [, host] = HOSTNAME.exec(text) ?? [];
    return host && `${host}:${port}`;
  } catch {
    return undefined;
  }
}

async function connectThrough(socks: HostPort, { host, port }: HostPort, signal: AbortSignal): Promise<Socket> {
  const socket = await connectTo(socks, signal);
  const abort = () => socket.destroy();
  signal.addEventListener('abort', abort, { once: true });
  try {
    await SocksClient.createConnection({
      // Tor does not let two targets share a circuit that have different names here: one can't be told from the other by its timing.
      proxy: { ...socks, type: 5, userId: host, password: 'fips' },
      command: 'connect',
      destination: { host, port },
      existing_socket: socket,
      timeout: CONNECT_MS,
    });
    return socket;
  } catch (error) {
    socket.destroy();
    throw signal.aborted ? signal.reason : error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
