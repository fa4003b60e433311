// The transports that a run has by the settings that it has begun with.

import type { Clock } from '../../base/clock.ts';
import type { Config } from './config.ts';
import { ListenRefused } from './errors.ts';
import { formatHostPort } from './transports/address.ts';
import { TcpTransport } from './transports/tcp.ts';
import { torTransport } from './transports/tor.ts';
import type { Transport } from './transports/transport.ts';
import { UdpTransport } from './transports/udp.ts';

export function ownTransports(clock: Clock, { udp, tcp, tor, accept }: Config): readonly Transport[] {
  return [
    ...(udp ? [new UdpTransport({ id: 'udp', bind: udp, isOpen: accept })] : []),
    new TcpTransport({ clock }, { id: 'tcp', bind: tcp }),
    ...(tor ? [torTransport({ clock }, { id: 'tor', ...tor })] : []),
  ];
}

/** Where its user chooses where each of them listens. */
const SETTINGS: Readonly<Record<string, string>> = {
  udp: 'networks.fips.udpBind',
  tcp: 'networks.fips.tcpBind',
  tor: 'networks.fips.torPort',
};

/** Why the transport of that id could not be started. */
export function listenRefused({ udp, tcp, tor }: Config, id: string, error: unknown): ListenRefused {
  const place = new Map([
    ['udp', udp],
    ['tcp', tcp],
    ['tor', tor?.bind],
  ]).get(id);
  const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  return new ListenRefused(taken, `${id} ${place ? formatHostPort(place) : ''}`.trim(), SETTINGS[id] ?? '', error);
}
