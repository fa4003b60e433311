// Reads a request body within a size, a time and the room that all bodies share; more of any ends the reading at once.

import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../base/clock.ts';

export type Body =
  | { readonly kind: 'read'; readonly bytes: Buffer }
  | { readonly kind: 'too-large' | 'too-slow' | 'no-room' | 'gone' };

export interface BodyLimits {
  readonly most: number;
  readonly withinMs: number;
}

/** Bytes that all bodies together may hold, from their first byte on: many slow senders must not add up to all memory. */
export class Room {
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  get left(): number {
    return this.#left;
  }

  take(bytes: number): boolean {
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }

  give(bytes: number): void {
    this.#left += bytes;
  }
}

/** What was read stays taken from the room until the caller gives it back; any other end has given it back already. */
export function readBody(request: IncomingMessage, clock: Clock, room: Room, limits: BodyLimits): Promise<Body> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limits.most) return Promise.resolve({ kind: 'too-large' });
  if (declared > room.left) return Promise.resolve({ kind: 'no-room' });
  return new Promise((resolve) => {
    let bytes: Buffer = NOTHING;
    let size = 0;
    const finish = (body: Body) => {
      cancel();
      request.off('data', onData).off('end', onEnd).off('close', onGone).off('error', onGone);
      request.on('error', ignore);
      if (body.kind !== 'read') room.give(size);
      resolve(body);
    };
    const onData = (chunk: Buffer) => {
      if (size + chunk.length > limits.most) return finish({ kind: 'too-large' });
      if (!room.take(chunk.length)) return finish({ kind: 'no-room' });
      bytes = size === 0 ? chunk : append(bytes, size, chunk, limits.most);
      size += chunk.length;
    };
    const onEnd = () => finish({ kind: 'read', bytes: bytes.subarray(0, size) });
    const onGone = () => finish({ kind: 'gone' });
    const cancel = clock.after(limits.withinMs, () => finish({ kind: 'too-slow' }));
    request.on('data', onData).on('end', onEnd).on('close', onGone).on('error', onGone);
  });
}

/** Reads on and throws away, until the end or the time: closing on a sender that still sends may cost it the answer. */
export function drain(request: IncomingMessage, clock: Clock, withinMs: number): Promise<void> {
  if (request.complete || request.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      cancel();
      request.off('end', done).off('close', done);
      resolve();
    };
    const cancel = clock.after(withinMs, done);
    request.on('end', done).on('close', done).on('error', ignore).resume();
  });
}

const NOTHING = Buffer.alloc(0);

/** One growing buffer: a list of chunks would cost hundreds of bytes for each byte that a stranger sends alone. */
function append(bytes: Buffer, size: number, chunk: Buffer, most: number): Buffer {
  let roomy = bytes;
  if (size + chunk.length > bytes.length) {
    roomy = Buffer.allocUnsafe(Math.min(most, Math.max(size + chunk.length, bytes.length * 2)));
    bytes.copy(roomy, 0, 0, size);
  }
  chunk.copy(roomy, size);
  return roomy;
}

/** A caller may cut the connection after its answer was decided; without a listener that would be thrown. */
function ignore(): void {}
