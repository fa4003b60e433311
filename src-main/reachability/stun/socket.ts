// One socket from which STUN servers are asked. It is not connected, for it must hear whoever answers; an answer is known by its
// transaction, which nobody can guess, and by where it comes from.

import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { addressBytes } from '../address-bytes.ts';
import type { Endpoint, Family } from '../mapping.ts';
import { type Change, decodeStun, encodeBinding, type StunAnswer, TRANSACTION_BYTES } from './codec.ts';

/** RFC 8489 6.2.1: half a second, then twice as long each time. */
const FIRST_WAIT_MS = 500;
const MOST_SENT = 4;

interface Place {
  readonly family: Family;
  readonly local: string | undefined;
  readonly signal: AbortSignal;
}

interface Deps {
  readonly clock: Clock;
  readonly random: Random;
}

type Heard = (answer: StunAnswer, from: Endpoint) => void;

export class StunSocket {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #socket: Socket;
  readonly #waiting = new Map<string, Heard>();
  readonly #ends = new Set<() => void>();
  #closed = false;

  private constructor({ clock, random }: Deps, family: Family) {
    this.#clock = clock;
    this.#random = random;
    this.#socket = createSocket({ type: `udp${family}` });
    this.#socket.on('message', (bytes, from) => this.#receive(bytes, from));
    // A line that is down is silence, like a server that is.
    this.#socket.on('error', () => this.#close());
  }

  /** Rejects with the signal's reason, or with what `use` throws; closed when it settles. */
  static async use<T>(
    deps: Deps,
    { family, local, signal }: Place,
    use: (socket: StunSocket) => Promise<T>,
  ): Promise<T> {
    signal.throwIfAborted();
    const own = new StunSocket(deps, family);
    const abort = () => own.#close();
    signal.addEventListener('abort', abort, { once: true });
    try {
      await own.#bind(local);
      const result = await use(own);
      signal.throwIfAborted();
      return result;
    } finally {
      signal.removeEventListener('abort', abort);
      own.#close();
    }
  }

  /** Undefined: nothing came. */
  ask(server: Endpoint, timeoutMs: number): Promise<StunAnswer | undefined> {
    return this.#exchange(server, undefined, timeoutMs, (answer, from) => (isAt(from, server) ? answer : undefined));
  }

  /** Whether an answer from the server's other side gets in. `unsupported`: it answers as if it had not been asked to change. */
  async askToChange(server: Endpoint, change: Change, timeoutMs: number): Promise<'came' | 'kept out' | 'unsupported'> {
    const outcome = await this.#exchange(server, change, timeoutMs, (answer, from) =>
      answer.error !== undefined || isAt(from, server) ? 'unsupported' : 'came',
    );
    return outcome ?? 'kept out';
  }

  #bind(local: string | undefined): Promise<void> {
    return new Promise((resolve) => {
      if (this.#closed) return resolve();
      this.#ends.add(resolve);
      this.#socket.bind({ port: 0, ...(local === undefined ? {} : { address: local }) }, () => {
        this.#ends.delete(resolve);
        resolve();
      });
    });
  }

  #exchange<T>(
    server: Endpoint,
    change: Change | undefined,
    timeoutMs: number,
    read: (answer: StunAnswer, from: Endpoint) => T | undefined,
  ): Promise<T | undefined> {
    if (this.#closed) return Promise.resolve(undefined);
    const transaction = this.#random.bytes(TRANSACTION_BYTES).toString('hex');
    const bytes = encodeBinding(transaction, change);
    return new Promise((resolve) => {
      let again: () => void = () => undefined;
      const end = (found?: T) => {
        again();
        late();
        this.#waiting.delete(transaction);
        this.#ends.delete(end);
        resolve(found);
      };
      const late = this.#clock.after(timeoutMs, () => end());
      const send = (left: number, wait: number) => {
        // What can't be sent is lost like any datagram.
        this.#socket.send(bytes, server.port, server.address, () => undefined);
        if (left > 1) again = this.#clock.after(wait, () => send(left - 1, wait * 2));
      };
      this.#ends.add(end);
      this.#waiting.set(transaction, (answer, from) => {
        const found = read(answer, from);
        if (found !== undefined) end(found);
      });
      send(MOST_SENT, FIRST_WAIT_MS);
    });
  }

  #receive(bytes: Buffer, { address, port }: RemoteInfo): void {
    const answer = decodeStun(bytes);
    if (answer) this.#waiting.get(answer.transaction)?.(answer, { address, port });
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close();
    for (const end of this.#ends) end();
  }
}

function isAt(from: Endpoint, server: Endpoint): boolean {
  return from.port === server.port && addressBytes(from.address).equals(addressBytes(server.address));
}
