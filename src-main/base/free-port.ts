// Whether a port of this computer is there to be given away. The books know those that customers have; other programs come and go.

import { connect, createServer } from 'node:net';

/** Windows takes two seconds to refuse; where packets are lost on their way, systems say so after three. */
const REFUSED_MS = 4000;

/** True: nothing on this computer listens there at this moment, and what is sent there is not led elsewhere. */
export async function isPortFree(port: number): Promise<boolean> {
  return (await canListen(port)) && (await isRefused(port));
}

function canListen(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const server = createServer();
  server.once('error', () => resolve(false));
  server.listen({ port, host: '0.0.0.0', exclusive: true }, () => server.close(() => resolve(true)));
  return promise;
}

/**
 * By this computer itself. An engine that was killed while it opened a port may leave a rule of the packet filter, which takes what is
 * sent there to a container that is gone, and would take it from the next one's customer.
 */
function isRefused(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ port, host: '127.0.0.1', signal: AbortSignal.timeout(REFUSED_MS) });
  socket.once('connect', () => {
    socket.destroy();
    resolve(false);
  });
  socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'));
  return promise;
}
