// A server of posemesh that says what it likes: bare sockets, one answer a connection.
import type { Socket } from 'node:net';
import type { Attacker } from './attacker.ts';

export interface Heard {
  readonly method: string;
  readonly path: string;
  /** With its headers, and what of the body has come with them. */
  readonly text: string;
}

export interface Liar {
  readonly url: string;
  close(): void;
}

type Saying = (heard: Heard, socket: Socket) => void;

/** Each request is counted, and answered by `say`. */
export async function liar(attacker: Attacker, say: Saying): Promise<Liar> {
  const server = await attacker.listen((socket) => {
    let text = '';
    let heard = false;
    socket.on('data', (chunk: Buffer) => {
      if (heard) return;
      text += chunk.toString('latin1');
      const [, method, path] = /^(\w+) (\S+) HTTP\/1\.1\r\n[\s\S]*\r\n\r\n/.exec(text) ?? [];
      if (!method || !path) return;
      heard = true;
      if (attacker.over) return void socket.destroy();
      say({ method, path, text }, socket);
    });
  });
  return { url: `http://127.0.0.1:${server.port}`, close: () => server.close() };
}

/** Must not be met at all. */
export const bait = (attacker: Attacker): Promise<Liar> =>
  liar(attacker, (_, socket) => {
    attacker.met('went elsewhere');
    socket.end();
  });

export const headOf = (status: number, headers: Readonly<Record<string, string | number>> = {}): string =>
  [
    `HTTP/1.1 ${status} Said`,
    ...Object.entries({ Connection: 'close', ...headers }).map(([name, value]) => `${name}: ${value}`),
    '',
    '',
  ].join('\r\n');

/** A whole answer; what is no text is sent as JSON. */
export const saying =
  (attacker: Attacker, body: unknown, headers: Readonly<Record<string, string>> = {}, status = 200): Saying =>
  (_, socket) => {
    const raw = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const length = Buffer.byteLength(raw);
    attacker.count(length);
    socket.write(headOf(status, { 'Content-Type': 'application/json', 'Content-Length': length, ...headers }));
    socket.end(raw);
  };

/** Without an end, as fast as it is taken. `first` comes before it. */
export const pouring =
  (attacker: Attacker, first: string | Buffer, piece: string | Buffer = Buffer.alloc(64 * 1024, ' ')): Saying =>
  (_, socket) => {
    socket.write(first);
    const more = () => {
      if (attacker.over || !socket.writable) return void socket.destroy();
      attacker.count(piece.length);
      socket.write(piece, () => setImmediate(more));
    };
    more();
  };

/** A byte now and then. */
export const dribbling =
  (first: string): Saying =>
  (_, socket) => {
    socket.write(first);
    const timer = setInterval(() => socket.write(' '), 50);
    socket.once('close', () => clearInterval(timer));
  };
