// Reads a request body within a size, a time and the room that all bodies share; more of any ends the reading at once.

import type { IncomingMessage } from 'node:http';
import type { Clock } from '../base/clock.ts';
import type { Room } from './room.ts';

export type Body =
  | {
      readonly kind: 'read';
      /** In order; one, or none, where the body is small. */
      readonly parts: readonly Buffer[];
      readonly size: number;
      /** What it took from the room, in bytes: more than its length. */
      readonly held: number;
    }
  | { readonly kind: 'too-large' | 'too-slow' | 'no-room' | 'gone' }
  /** In so many tiny pieces that each byte costs more than it is worth. */
  | { readonly kind: 'crumbs' };

export interface BodyLimits {
  readonly most: number;
  readonly withinMs: number;
  /** So many pieces may be of any size; with more of them they have `pieceBytes` on average. */
  readonly pieces: number;
  readonly pieceBytes: number;
}

/**
 * A body's text is decoded to a string and then parsed, and both stand beside the bytes while it is worked on. For the many
 * small ones that is noise; a large one is charged for all three, from the moment it is whole.
 */
const LARGE = 64 * 1024;
const WEIGHT = 3;

/** What comes in pieces of at least this size is kept in them, so that large bodies need not be copied together here. */
const PIECE = 8 * 1024;

const extra = (size: number) => (size > LARGE ? size * (WEIGHT - 1) : 0);

/** What `held` says stays taken from the room until the caller gives it back; any other end has given it back already. */
export function readBody(request: IncomingMessage, clock: Clock, room: Room, limits: BodyLimits): Promise<Body> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limits.most) return Promise.resolve({ kind: 'too-large' });
  if (declared + extra(declared) > room.left) return Promise.resolve({ kind: 'no-room' });
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    /** Small pieces gather here, `filled` bytes of them. */
    let tail: Buffer = NOTHING;
    let filled = 0;
    let size = 0;
    let held = 0;
    let pieces = 0;
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
    const closeTail = () => {
      if (filled > 0) parts.push(tail.subarray(0, filled));
      tail = NOTHING;
      filled = 0;
    };
    const append = (chunk: Buffer): boolean => {
      const needed = filled + chunk.length;
      if (needed > tail.length) {
        const most = (declared || limits.most) - (size - filled);
        const capacity = filled === 0 ? needed : roomier(tail.length, needed, most);
        if (!take(capacity - tail.length)) return false;
        tail = filled === 0 ? chunk : grown(tail, filled, capacity);
      }
      if (tail !== chunk) chunk.copy(tail, filled);
      filled = needed;
      return true;
    };
    const keep = (chunk: Buffer): boolean => {
      closeTail();
      parts.push(chunk);
      return take(chunk.length);
    };
    const onData = (chunk: Buffer) => {
      if (size + chunk.length > limits.most) return finish({ kind: 'too-large' });
      if (!(chunk.length < PIECE ? append(chunk) : keep(chunk))) return finish({ kind: 'no-room' });
      size += chunk.length;
      pieces += 1;
      if (pieces > limits.pieces && size < pieces * limits.pieceBytes) finish({ kind: 'crumbs' });
    };
    const onEnd = () => {
      if (!take(extra(size))) return finish({ kind: 'no-room' });
      closeTail();
      finish({ kind: 'read', parts, size, held });
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

/** One growing buffer for small pieces: a list of them would cost hundreds of bytes for each byte that a stranger sends alone. */
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
