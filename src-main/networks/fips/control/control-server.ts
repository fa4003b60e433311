// The socket on which the command of official nodes asks: one JSON object a connection, and one answer. It is the account's own: the folder
// that is made for it is closed to others, and so is the socket, from the moment that it is there.

import { once } from 'node:events';
import { lstatSync, mkdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import type { Clock } from '../../../base/clock.ts';
import { FIPS } from '../bounds.ts';
import { ControlRefused } from '../errors.ts';
import { type ControlReply, readRequest } from './request.ts';

export interface ControlServerDeps {
  readonly clock: Pick<Clock, 'after'>;
  answer(request: { readonly command: string; readonly params: unknown }): Promise<ControlReply>;
  readonly runtimeDir?: string | undefined;
}

/** Of struct sockaddr_un, in the systems that there are. */
const MOST_PATH_BYTES = 103;

export class ControlServer {
  readonly #deps: ControlServerDeps;
  readonly #wanted: string;
  readonly #open = new Set<Socket>();
  #server: Server | undefined;
  #path: string | undefined;
  #failure: ControlRefused | undefined;

  /** `path`: empty for the usual place. */
  constructor(deps: ControlServerDeps, path: string) {
    this.#deps = deps;
    this.#wanted = path;
  }

  /** Undefined while it does not listen. */
  get path(): string | undefined {
    return this.#path;
  }

  get failure(): ControlRefused | undefined {
    return this.#failure;
  }

  /** Rejects with ControlRefused. */
  async start(): Promise<void> {
    try {
      const path = this.#place();
      await freed(path);
      const server = createServer({ allowHalfOpen: true }, (socket) => this.#serve(socket));
      server.maxConnections = FIPS.controlConnections;
      await listenPrivately(server, path);
      this.#server = server;
      this.#path = path;
      this.#failure = undefined;
    } catch (error) {
      this.#failure = error instanceof ControlRefused ? error : new ControlRefused('refused', error);
      throw this.#failure;
    }
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    this.#path = undefined;
    if (!server) return;
    for (const socket of this.#open) socket.destroy();
    // The file goes with it.
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  #place(): string {
    if (process.platform === 'win32') throw new ControlRefused('unsupported');
    const { runtimeDir = process.env.XDG_RUNTIME_DIR } = this.#deps;
    if (this.#wanted === '' && !runtimeDir) throw new ControlRefused('no-folder');
    const path = this.#wanted || join(runtimeDir!, 'fips', 'control.sock');
    if (Buffer.byteLength(path) > MOST_PATH_BYTES) throw new ControlRefused('too-long');
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    return path;
  }

  #serve(socket: Socket): void {
    this.#open.add(socket);
    socket.on('error', () => undefined);
    const cancel = this.#deps.clock.after(FIPS.controlMs, () => socket.destroy());
    socket.once('close', () => {
      cancel();
      this.#open.delete(socket);
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    const answer = async () => {
      socket.removeListener('data', take);
      socket.removeListener('end', answer);
      const read = readRequest(Buffer.concat(chunks));
      const reply = 'message' in read ? { status: 'error', ...read } : await this.#deps.answer(read);
      if (!socket.destroyed) socket.end(`${JSON.stringify(reply)}\n`);
    };
    const take = (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes > FIPS.controlBytes || chunk.includes(0x0a)) void answer();
    };
    socket.on('data', take);
    socket.once('end', answer);
  }
}

/** What a node that was killed has left is removed; one that answers is not disturbed. Rejects with ControlRefused. */
async function freed(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found) return;
  if (!found.isSocket()) throw new ControlRefused('refused');
  const socket = connect(path);
  const answers = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  if (answers) throw new ControlRefused('taken');
  rmSync(path);
}

async function listenPrivately(server: Server, path: string): Promise<void> {
  // A socket is made in the call itself, so nothing else of this process is made under that mask.
  const before = process.umask(0o177);
  try {
    server.listen(path);
  } finally {
    process.umask(before);
  }
  await once(server, 'listening');
  server.on('error', () => undefined);
}
