// Listening at a port, and why the system would not have it.

import type { Server } from 'node:net';

const NO_IPV6: ReadonlySet<string | undefined> = new Set(['EAFNOSUPPORT', 'EADDRNOTAVAIL', 'EINVAL']);

/** With `::`, IPv4 comes in by the same socket. Rejects with the system's error; see whyNotListening. */
export async function listen(server: Server, host: string, port: number): Promise<void> {
  try {
    await listenAt(server, host, port);
  } catch (error) {
    // A system without IPv6 has no `::`; what was meant is all of its addresses.
    if (host !== '::' || !NO_IPV6.has((error as NodeJS.ErrnoException).code)) throw error;
    await listenAt(server, '0.0.0.0', port);
  }
}

function listenAt(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, ipv6Only: false }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** `taken` by another program; `reserved` by the system, which lets no program have it; `denied` to this user, or no such address. */
export function whyNotListening(error: NodeJS.ErrnoException, port: number): 'taken' | 'reserved' | 'denied' {
  if (error.code === 'EADDRINUSE') return 'taken';
  // Below, it takes an administrator nearly everywhere.
  return error.code === 'EACCES' && port > 1023 ? 'reserved' : 'denied';
}
