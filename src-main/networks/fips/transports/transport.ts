// How frames get from one computer to another. Transports know nothing of what they carry.

import type { Datagrams } from '../../../reachability/stun/socket.ts';

export interface TransportEvents {
  received(address: string, frame: Buffer): void;
  /** The connection to or from there has ended. Never of transports without connections. */
  closed(address: string): void;
  /** This computer has no way to there at the moment. */
  unreachable(address: string): void;
}

export interface Transport {
  readonly id: string;
  readonly type: 'udp' | 'tcp' | 'tor';
  /** Bytes of the largest frame. */
  readonly mtu: number;
  /** Whether others may begin. */
  readonly isOpen: boolean;
  readonly isStarted: boolean;
  /** Where it listens, once it is started; undefined: nowhere. */
  readonly local: string | undefined;
  /** Rejects where it can't have what it is to listen on. */
  start(events: TransportEvents): Promise<void>;
  /** Makes sure that frames can be sent to `host:port`; resolves with the address that they then go to and come from. */
  connect(target: string, signal: AbortSignal): Promise<string>;
  /** Frames that can't go at once, or at all, are lost, as on any network. */
  send(address: string, frame: Buffer): void;
  /** Of transports without connections: other datagrams on the same socket, as STUN needs them. */
  readonly datagrams?: Datagrams;
  /** Connections that have been open for so long, milliseconds. None where there are no connections. */
  openFor(ms: number): readonly string[];
  close(address: string): void;
  stop(): Promise<void>;
}

/** Whoever was called did not answer in time. */
export class TooLate extends Error {
  constructor() {
    super('it did not answer in time');
  }
}
