// One socket from which STUN servers are asked: its own, or one of its caller's, whose port is to be seen from outside. It is not
// connected, for it must hear any server that answers; an answer is known by its transaction, which can't be guessed, and by where it comes
// from.

import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { addressBytes } from '../address-bytes.ts';
import type { Endpoint, Family } from '../mapping.ts';
import { type Change, decodeStun, encodeBinding, type StunAnswer, TRANSACTION_BYTES } from './codec.ts';

/** RFC 8489 6.2.1: half a second, then twice as long each time. */
const FIRST_WAIT_MS = 500;
const MOST_SENT = 4;

/** A socket that is bound, as far as it is needed here. Its owner hears all that comes as well, and closes it. */
export interface Datagrams {
  /** What can't be sent is lost like any datagram. */
  send(bytes: Buffer, to: Endpoint): void;
  /** Returns its off. */
  onDatagram(listener: (bytes: Buffer, from: Endpoint) => void): () => void;
}

interface Place {
  readonly family: Family;
  /** The address to ask from, by a socket made for it; undefined: whatever the system takes. */
  readonly local: string | undefined;
  /** The socket to ask from, in place of one made for it. */
  readonly datagrams?: Datagrams | undefined;
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
  readonly #datagrams: Datagrams;
  readonly #off: () => void;
  readonly #waiting = new Map<string, Heard>();
  readonly #ends = new Set<() => void>();
  #closed = false;

  private constructor({ clock, random }: Deps, datagrams: Datagrams) {
    this.#clock = clock;
    this.#random = random;
    this.#datagrams = datagrams;
    this.#off = datagrams.onDatagram((bytes, from) => this.#receive(bytes, from));
  }

  /** Rejects with the signal's reason, or with what `use` throws; a socket made for it is closed when it settles. */
  static async use<T>(deps: Deps, place: Place, use: (socket: StunSocket) => Promise<T>): Promise<T> {
    const { signal } = place;
    signal.throwIfAborted();
    const own = place.datagrams ? undefined : new OwnSocket(place.family);
    const asking = new StunSocket(deps, place.datagrams ?? own!);
    const end = () => {
      asking.#close();
      own?.close();
    };
    signal.addEventListener('abort', end, { once: true });
    try {
      // A line that is down is silence, like a server that is.
      await own?.bind(place.local, end);
      const result = await use(asking);
      signal.throwIfAborted();
      return result;
    } finally {
      signal.removeEventListener('abort', end);
      end();
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
        this.#datagrams.send(bytes, server);
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

  #receive(bytes: Buffer, from: Endpoint): void {
    const answer = decodeStun(bytes);
    if (answer) this.#waiting.get(answer.transaction)?.(answer, from);
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#off();
    for (const end of this.#ends) end();
  }
}

class OwnSocket implements Datagrams {
  readonly #socket: Socket;
  #failed: (() => void) | undefined;
  #closed = false;

  constructor(family: Family) {
    this.#socket = createSocket({ type: `udp${family}` });
    this.#socket.on('error', () => this.#failed?.());
  }

  /** Resolves when it is bound, or closed before. `failed` is called where it can't be, or breaks later. */
  bind(local: string | undefined, failed: () => void): Promise<void> {
    this.#failed = failed;
    return new Promise((resolve) => {
      if (this.#closed) return resolve();
      this.#socket.once('close', resolve);
      this.#socket.bind({ port: 0, ...(local === undefined ? {} : { address: local }) }, resolve);
    });
  }

  send(bytes: Buffer, to: Endpoint): void {
    this.#socket.send(bytes, to.port, to.address, () => undefined);
  }

  onDatagram(listener: (bytes: Buffer, from: Endpoint) => void): () => void {
    const hear = (bytes: Buffer, { address, port }: RemoteInfo) => listener(bytes, { address, port });
    this.#socket.on('message', hear);
    return () => this.#socket.off('message', hear);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close();
  }
}

function isAt(from: Endpoint, server: Endpoint): boolean {
  return from.port === server.port && addressBytes(from.address).equals(addressBytes(server.address));
}
