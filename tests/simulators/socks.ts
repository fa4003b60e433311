// A SOCKS5 server (RFC 1928, RFC 1929) on this computer, in the place of Tor's: names that it was told lead to ports here.

import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface SocksServer {
  readonly host: string;
  readonly port: number;
  /** For whom connections were wanted, in order: the user that was named, and where to. */
  readonly asked: readonly string[];
  stop(): Promise<void>;
}

/** `routes`: by `name:port`, the `host:port` that it leads to; what isn't there is refused. `mute`: greets, and says no more. */
export async function startSocks(routes: ReadonlyMap<string, string>, { mute = false } = {}): Promise<SocksServer> {
  const asked: string[] = [];
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => undefined);
    void serve(socket).catch(() => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  async function serve(socket: Socket): Promise<void> {
    const take = reader(socket);
    const [, methods = 0] = await take(2);
    const offered = await take(methods);
    const byName = offered.includes(2);
    socket.write(Buffer.of(5, byName ? 2 : 0));
    if (mute) return;
    let user = '';
    if (byName) {
      user = (await take((await take(2))[1]!)).toString();
      await take((await take(1))[0]!);
      socket.write(Buffer.of(1, 0));
    }
    const [, command, , type] = await take(4);
    const name = type === 3 ? (await take((await take(1))[0]!)).toString() : [...(await take(4))].join('.');
    const port = (await take(2)).readUInt16BE();
    asked.push(`${user} ${name}:${port}`);
    const route = routes.get(`${name}:${port}`)?.split(':');
    const reply = (code: number) => socket.write(Buffer.of(5, code, 0, 1, 0, 0, 0, 0, 0, 0));
    if (command !== 1 || !route) {
      // Host unreachable, as Tor says of an onion service that is not there.
      reply(4);
      socket.end();
      return;
    }
    const through = connect(Number(route[1]), route[0]);
    through.on('error', () => socket.destroy());
    await once(through, 'connect');
    open.add(through);
    reply(0);
    socket.pipe(through).pipe(socket);
    socket.on('close', () => through.destroy());
    through.on('close', () => socket.destroy());
  }

  return {
    host: '127.0.0.1',
    port: (server.address() as { port: number }).port,
    asked,
    async stop() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Takes exactly so many bytes, when they have come. */
function reader(socket: Socket): (bytes: number) => Promise<Buffer> {
  return async (bytes) => {
    for (;;) {
      if (bytes === 0) return Buffer.alloc(0);
      const chunk = socket.read(bytes) as Buffer | null;
      if (chunk) return chunk;
      if (socket.readableEnded || socket.destroyed) throw new Error('the connection has ended');
      await once(socket, 'readable', { signal: AbortSignal.timeout(60_000) });
    }
  };
}
