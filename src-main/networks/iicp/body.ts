// Reads a request body within a size, a time and the room that all bodies share; more of any ends the reading at once.

import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../base/clock.ts';

export type Body =
  | {
      readonly kind: 'read';
      readonly bytes: Buffer;
      /** What it took from the room, in bytes: more than its length. */
      readonly held: number;
    }
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

/**
 * A body's text is decoded to a string and then parsed, and both stand beside the bytes while it is worked on. For the many
 * small ones that is noise; a large one is charged for all three, from the moment it is whole.
 */
const LARGE = 64 * 1024;
const WEIGHT = 3;

const extra = (size: number) => (size > LARGE ? size * (WEIGHT - 1) : 0);

/** What `held` says stays taken from the room until the caller gives it back; any other end has given it back already. */
export function readBody(request: IncomingMessage, clock: Clock, room: Room, limits: BodyLimits): Promise<Body> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limits.most) return Promise.resolve({ kind: 'too-large' });
  if (declared + extra(declared) > room.left) return Promise.resolve({ kind: 'no-room' });
  return new Promise((resolve) => {
    let bytes: Buffer = NOTHING;
    let size = 0;
    let held = 0;
    const take = (more: number) => {
      if (!room.take(more)) return false;
      held += more;
      return true;
    };
    const finish = (body: Body) => {
      cancel();
      request.off('data', onData).off('end', onEnd).off('close', onGone).off('error', onGone);
      request.on('error', ignore);
      if (body.kind !== 'read') room.give(held);
      resolve(body);
    };
    const onData = (chunk: Buffer) => {
      const needed = size + chunk.length;
      if (needed > limits.most) return finish({ kind: 'too-large' });
      if (needed > bytes.length) {
        const capacity = size === 0 ? needed : roomier(bytes.length, needed, declared || limits.most);
        if (!take(capacity - bytes.length)) return finish({ kind: 'no-room' });
        bytes = size === 0 ? chunk : grown(bytes, size, capacity);
      }
      if (bytes !== chunk) chunk.copy(bytes, size);
      size = needed;
    };
    const onEnd = () => {
      if (!take(extra(size))) return finish({ kind: 'no-room' });
      finish({ kind: 'read', bytes: bytes.subarray(0, size), held });
    };
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
function grown(bytes: Buffer, size: number, capacity: number): Buffer {
  const roomy = Buffer.allocUnsafe(capacity);
  bytes.copy(roomy, 0, 0, size);
  return roomy;
}

/** Twice as much, so that copying stays linear; never more than the body can still become. */
function roomier(capacity: number, needed: number, most: number): number {
  return Math.min(most, Math.max(needed, capacity * 2));
}

/** A caller may cut the connection after its answer was decided; without a listener that would be thrown. */
function ignore(): void {}
