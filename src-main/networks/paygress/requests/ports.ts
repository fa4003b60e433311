// Whether a port of this computer is there to be given away. The books know those that customers have; other programs come and go.

import { createServer } from 'node:net';

/** True: nothing on this computer listens there at this moment. */
export function isPortFree(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const server = createServer();
  server.once('error', () => resolve(false));
  server.listen({ port, host: '0.0.0.0', exclusive: true }, () => server.close(() => resolve(true)));
  return promise;
}
