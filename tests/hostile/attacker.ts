// What all attackers have: connections that are counted, do as they like, and are gone when the attack is over.
import { type AddressInfo, connect, createServer, type NetConnectOpts, type Socket } from 'node:net';

/** More of an answer than this is of no interest. */
const MOST_KEPT = 64 * 1024;

export class Attacker {
  readonly signal: AbortSignal;
  /** The same numbers in each run of a test, so that a failure can be had again. */
  readonly seed = 20_261_122;
  readonly #met = new Map<string, number>();
  readonly #sockets = new Set<Socket>();
  #sent = 0;

  constructor(signal: AbortSignal) {
    this.signal = signal;
  }

  get over(): boolean {
    return this.signal.aborted;
  }

  get sent(): number {
    return this.#sent;
  }

  get seen(): ReadonlyMap<string, number> {
    return this.#met;
  }

  /** Says what happened to it: a status, `cut off`. */
  met(what: string): void {
    this.#met.set(what, (this.#met.get(what) ?? 0) + 1);
  }

  count(bytes: number): void {
    this.#sent += bytes;
  }

  /** Connected; undefined where that was refused. What comes is thrown away. */
  open(to: NetConnectOpts): Promise<Socket | undefined> {
    return new Promise((resolve) => {
      if (this.over) return resolve(undefined);
      const socket = connect(to);
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => {
        this.#sockets.delete(socket);
        resolve(undefined);
      });
      socket.once('connect', () => {
        socket.resume();
        resolve(socket);
      });
    });
  }

  /** False: it was cut off, or the attack is over. */
  send(socket: Socket, bytes: string | Uint8Array): Promise<boolean> {
    if (this.over || !socket.writable) return Promise.resolve(false);
    this.count(Buffer.byteLength(bytes));
    return new Promise((resolve) => {
      const end = () => resolve(false);
      socket.once('close', end);
      socket.write(bytes, (error) => {
        socket.off('close', end);
        resolve(!error && !this.over);
      });
    });
  }

  /** Sends all of it; answers the beginning of what came back by the time the other side ended. */
  async say(to: NetConnectOpts, bytes: string | Uint8Array): Promise<string> {
    const socket = await this.open(to);
    if (!socket) return '';
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      if (text.length < MOST_KEPT) text += chunk.toString('latin1', 0, MOST_KEPT);
    });
    void this.send(socket, bytes);
    await closed(socket);
    return text;
  }

  /** The status of an HTTP exchange, which it met: `cut off` where there was none. */
  async status(to: NetConnectOpts, bytes: string | Uint8Array): Promise<string> {
    const status = /^HTTP\/1\.1 (\d{3})/.exec(await this.say(to, bytes))?.[1] ?? 'cut off';
    if (!this.over) this.met(status);
    return status;
  }

  /** So many at once, each again and again until the attack is over. */
  async crowd(many: number, act: (number: number) => Promise<unknown>): Promise<void> {
    await Promise.all(
      Array.from({ length: many }, async (_, number) => {
        while (!this.over) {
          await act(number);
          // A turn for the others of this process, also where nothing was to be waited for.
          await new Promise((resolve) => setImmediate(resolve));
        }
      }),
    );
  }

  /** A server of the attackers', on all addresses of this computer. */
  async listen(on: (socket: Socket) => void): Promise<{ readonly port: number; close(): void }> {
    const server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => this.#sockets.delete(socket));
      on(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '::', resolve));
    return { port: (server.address() as AddressInfo).port, close: () => server.close() };
  }

  /** Until the attack is over. */
  wait(): Promise<void> {
    if (this.over) return Promise.resolve();
    return new Promise((resolve) => this.signal.addEventListener('abort', () => resolve(), { once: true }));
  }

  leave(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

export function closed(socket: Socket): Promise<void> {
  if (socket.closed) return Promise.resolve();
  return new Promise((resolve) => socket.once('close', () => resolve()));
}
