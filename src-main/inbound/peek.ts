// Which protocol a connection speaks, by its first bytes: one that a network brings, or HTTP.

import type { Socket } from 'node:net';
import type { Clock } from '../base/clock.ts';

/** A protocol on the port of HTTP. */
export interface Peeked {
  /** Whether these bytes are how it begins; undefined: too few to tell. */
  readonly begins: (head: Buffer) => boolean | undefined;
  /** It is spoken; `head` was read of the connection. */
  readonly other: (head: Buffer) => void;
  readonly http: () => void;
}

/**
 * Waits for the first bytes; for `http` they are put back. Who sends none in time speaks HTTP, whose own bounds then hold; who ends
 * before that is cut off.
 */
export function peek(clock: Clock, socket: Socket, withinMs: number, { begins, other, http }: Peeked): void {
  let head: Buffer = Buffer.alloc(0);
  const decide = (isOther: boolean) => {
    cancel();
    socket.off('data', onData).off('end', onEnd).off('error', onEnd).off('close', cancel);
    if (isOther) return other(head);
    if (head.length > 0) socket.unshift(head);
    http();
  };
  const onData = (bytes: Buffer) => {
    head = head.length === 0 ? bytes : Buffer.concat([head, bytes]);
    const isOther = begins(head);
    if (isOther !== undefined) decide(isOther);
  };
  const onEnd = () => socket.destroy();
  const cancel = clock.after(withinMs, () => {
    // What arrived while this process was busy elsewhere counts as in time.
    setImmediate(() => {
      if (!socket.destroyed && socket.listeners('data').includes(onData)) decide(false);
    });
  });
  socket.on('data', onData).on('end', onEnd).on('error', onEnd).once('close', cancel);
}
