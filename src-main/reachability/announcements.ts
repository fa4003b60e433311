// Routers say unasked when they have started anew or got another address: to 224.0.0.1:5350 (RFC 6886 3.2.1) and, by PCP, to
// ff02::1 too (RFC 6887 14.1). Any computer on the link can say the same, so what is heard is a hint to look, and nothing more.

import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import type { Clock } from '../base/clock.ts';
import { addressBytes } from './address-bytes.ts';
import { ANNOUNCEMENTS } from './bounds.ts';
import type { Gateway } from './gateway/gateway.ts';
import type { Family } from './mapping.ts';
import { decodeNatPmp } from './nat-pmp/codec.ts';
import { decodePcp } from './pcp/codec.ts';

const HEARD_AT = 5350;
const SAID_FROM = 5351;
const GROUPS = { 4: '224.0.0.1', 6: 'ff02::1' } as const satisfies Record<Family, string>;

export interface AnnouncementPorts {
  /** Other than 5350 and 5351 only for tests. */
  readonly heardAt?: number;
  readonly saidFrom?: number;
}

/**
 * Calls `hint` when the router seems to have something new, at most once a second: the first at once, whatever follows within
 * the second at its end. Best effort: where the port is not to be had nothing is heard. Returns what ends it.
 */
export function listenForAnnouncements(
  { clock }: { readonly clock: Clock },
  gateway: Gateway,
  hint: () => void,
  { heardAt = HEARD_AT, saidFrom = SAID_FROM }: AnnouncementPorts = {},
): () => void {
  const { hear, end } = atMostOnceASecond({ clock }, hint);
  const { v4, v6, name } = gateway;
  const open: Socket[] = [];
  if (v4) open.push(listen(4, { port: heardAt, line: v4.local, router: v4.router, saidFrom, hear }));
  if (v6) open.push(listen(6, { port: heardAt, line: `::%${name}`, router: v6.router, saidFrom, hear }));
  return () => {
    end();
    for (const socket of open.splice(0)) closeQuietly(socket);
  };
}

/** Hints at most once a second: the first at once, whatever follows within the second at its end. */
export function atMostOnceASecond(
  { clock }: { readonly clock: Clock },
  hint: () => void,
): { readonly hear: () => void; readonly end: () => void } {
  let quiet: (() => void) | undefined;
  let more = false;
  const hear = (): void => {
    if (quiet) {
      more = true;
      return;
    }
    quiet = clock.after(ANNOUNCEMENTS.quietMs, () => {
      quiet = undefined;
      if (!more) return;
      more = false;
      hear();
    });
    hint();
  };
  return {
    hear,
    end() {
      quiet?.();
      quiet = undefined;
    },
  };
}

interface Listening {
  readonly port: number;
  /** By what the system knows the interface: our address, or its zone. */
  readonly line: string;
  readonly router: string;
  readonly saidFrom: number;
  hear(): void;
}

function listen(family: Family, { port, line, router, saidFrom, hear }: Listening): Socket {
  const socket = createSocket({ type: `udp${family}`, reuseAddr: true, ...(family === 6 ? { ipv6Only: true } : {}) });
  const peer = addressBytes(router);
  socket.on('error', () => closeQuietly(socket));
  socket.on('message', (bytes: Buffer, from: RemoteInfo) => {
    if (from.port === saidFrom && addressBytes(from.address).equals(peer) && isAnnouncement(bytes)) hear();
  });
  socket.bind(port, () => {
    try {
      socket.addMembership(GROUPS[family], line);
    } catch {
      // Every computer is in these groups by itself; joining only helps where something between filters by it.
    }
  });
  return socket;
}

function isAnnouncement(bytes: Buffer): boolean {
  return decodeNatPmp(bytes)?.kind === 'address' || decodePcp(bytes)?.kind === 'announce';
}

export function closeQuietly(socket: Socket): void {
  try {
    socket.close();
  } catch {
    // It was closed by its own error before.
  }
}
