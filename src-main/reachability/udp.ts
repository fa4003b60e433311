// One line to a router by UDP, for the two protocols that are a datagram there and one back. The socket is connected: where
// no service listens the system says so in milliseconds, and it takes datagrams of no other computer.

import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import { addressBytes } from './address-bytes.ts';
import { DATAGRAMS } from './bounds.ts';
import { MappingError, type MappingErrorFacts } from './errors.ts';
import type { Within } from './mapping.ts';

/** For what costs a router nothing: three packets within a second, and then only waiting. */
export const QUICK: readonly number[] = [250, 500];

/** RFC 6887 8.1.1: after three seconds, give or take a tenth, then twice as long each time. The call's limit ends it. */
export function* slowly(random: Random): Generator<number> {
  for (let wait = 3000; ; wait = Math.min(2 * wait, 1_024_000)) yield wait * (0.9 + random.int(201) / 1000);
}

export interface LineTarget {
  /** With its zone where it is link-local. */
  readonly address: string;
  readonly port: number;
  /** The address of ours that it is sent from. */
  readonly local: string;
}

export type LineFacts = Pick<MappingErrorFacts, 'protocol' | 'phase'>;

export interface Question<T> {
  readonly bytes: Buffer;
  /** How long until it is sent again, milliseconds, each time; then there is only waiting. */
  readonly waits: Iterable<number>;
  /** Undefined: not an answer to this. What it throws is the question's end. */
  readonly read: (bytes: Buffer) => T | undefined;
}

interface Waiting {
  /** Whether it was the answer to this one. */
  take(bytes: Buffer): boolean;
  fail(error: unknown): void;
}

/**
 * Opens a line for as long as `use` runs. Rejects with a MappingError, with the signal's reason, or with what `use` throws; the
 * socket is closed when it settles.
 */
export async function withLine<T>(
  { clock }: { readonly clock: Clock },
  target: LineTarget,
  facts: LineFacts,
  { signal, timeoutMs }: Within,
  use: (line: UdpLine) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const line = new UdpLine({ clock }, target, facts);
  const abort = () => line.end(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  const cancel = clock.after(timeoutMs, () => line.expire());
  try {
    await line.open();
    return await use(line);
  } finally {
    cancel();
    signal.removeEventListener('abort', abort);
    line.end(new Error('the line is closed'));
  }
}

/** See `withLine`. Several questions may be asked at once; each answer is offered to all that wait. */
export class UdpLine {
  readonly #clock: Clock;
  readonly #target: LineTarget;
  readonly #facts: LineFacts;
  readonly #socket: Socket;
  readonly #peer: Buffer;
  readonly #waiting = new Set<Waiting>();
  #strange = 0;
  #understood = false;
  #ended: { readonly error: unknown } | undefined;
  #opening: ((error: unknown) => void) | undefined;

  constructor({ clock }: { readonly clock: Clock }, target: LineTarget, facts: LineFacts) {
    this.#clock = clock;
    this.#target = target;
    this.#facts = facts;
    this.#peer = addressBytes(target.address);
    this.#socket = createSocket({ type: target.address.includes(':') ? 'udp6' : 'udp4' });
    this.#socket.on('error', (error) => this.end(this.#failure(error)));
    this.#socket.on('message', (bytes, from) => this.#receive(bytes, from));
  }

  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(this.#ended.error);
      this.#opening = reject;
      const { address, port, local } = this.#target;
      this.#socket.bind({ address: local, port: 0 }, () => {
        if (this.#ended) return;
        this.#socket.connect(port, address, (error?: Error) => {
          this.#opening = undefined;
          if (error) this.end(this.#failure(error));
          if (this.#ended) reject(this.#ended.error);
          else resolve();
        });
      });
    });
  }

  ask<T>({ bytes, waits, read }: Question<T>): Promise<T> {
    let cancel: () => void = () => undefined;
    let waiting: Waiting | undefined;
    const answer = new Promise<T>((resolve, reject) => {
      if (this.#ended) return reject(this.#ended.error);
      waiting = {
        fail: reject,
        take(received) {
          try {
            const found = read(received);
            if (found !== undefined) resolve(found);
            return found !== undefined;
          } catch (error) {
            reject(error);
            return true;
          }
        },
      };
      this.#waiting.add(waiting);
      const left = waits[Symbol.iterator]();
      const send = () => {
        // What is too much for the system now is lost like any datagram; what matters comes as the socket's error too.
        this.#socket.send(bytes, (error) => error && this.end(this.#failure(error)));
        const next = left.next();
        if (!next.done) cancel = this.#clock.after(next.value, send);
      };
      send();
    });
    return answer.finally(() => {
      cancel();
      if (waiting) this.#waiting.delete(waiting);
    });
  }

  /** No answer came in time. */
  expire(): void {
    const strange = this.#strange > 0 && !this.#understood;
    this.end(strange ? this.#malformed() : this.#silence());
  }

  /** Fails all that wait and closes the socket. Only the first call counts. */
  end(error: unknown): void {
    if (this.#ended) return;
    this.#ended = { error };
    for (const waiting of this.#waiting) waiting.fail(error);
    this.#opening?.(error);
    this.#socket.close();
  }

  #receive(bytes: Buffer, from: RemoteInfo): void {
    if (this.#ended || !this.#isPeer(from)) return;
    // A copy each time: what was answered is no longer waiting.
    const taken = bytes.length <= DATAGRAMS.datagram && [...this.#waiting].some((waiting) => waiting.take(bytes));
    if (taken) this.#understood = true;
    else if (++this.#strange >= DATAGRAMS.strange) this.end(this.#malformed());
  }

  /** What came in between `bind` and `connect` may be from any computer. */
  #isPeer({ address, port }: RemoteInfo): boolean {
    return port === this.#target.port && addressBytes(address).equals(this.#peer);
  }

  #silence(): MappingError {
    if (this.#facts.phase === 'probe') {
      return new MappingError('The router did not answer.', {
        ...this.#facts,
        kind: 'unavailable',
        reason: 'not-found',
      });
    }
    return new MappingError('The router answered before, but not this time.', {
      ...this.#facts,
      kind: 'timeout',
      reason: 'timeout',
    });
  }

  #malformed(): MappingError {
    return new MappingError('The router sent something that makes no sense.', {
      ...this.#facts,
      kind: 'transport',
      reason: 'malformed',
    });
  }

  #failure(cause: unknown): MappingError {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    // Windows says "connection reset" for what others call refused: port unreachable.
    if (code === 'ECONNREFUSED' || code === 'ECONNRESET') {
      return new MappingError('The router has no service to ask for this.', {
        ...this.#facts,
        kind: 'unavailable',
        reason: 'not-found',
        cause,
      });
    }
    const denied = code === 'EACCES' || code === 'EPERM';
    return new MappingError(
      denied
        ? 'This computer does not let Hearth talk to the router: its firewall, or the permission for the local network.'
        : 'The router can not be reached over the network.',
      { ...this.#facts, kind: 'transport', reason: 'transport', cause },
    );
  }
}
