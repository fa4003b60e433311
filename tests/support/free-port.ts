import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/**
 * A port of loopback at which nothing listens, by TCP or UDP. Below those that systems give to whoever asks for any, and to each connection
 * that goes out: one of these would have been given to somebody else before the program that it is for listens.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(11_000, 29_000);
    if ((await takesTcp(port)) && (await takesUdp(port))) return port;
  }
}

function takesTcp(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const server = createServer().once('error', () => resolve(false));
  server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  return promise;
}

function takesUdp(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = createSocket('udp4').once('error', () => {
    socket.close();
    resolve(false);
  });
  socket.bind(port, '127.0.0.1', () => socket.close(() => resolve(true)));
  return promise;
}
