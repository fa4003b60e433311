// Which language a connection speaks, by its first bytes: native framing or HTTP.

import type { Socket } from 'node:net';
import type { Clock } from '../../../base/clock.ts';
import { beginsFramed } from './frame.ts';

/**
 * Waits for the first bytes. `framed` gets what was read of the connection; for `http` it is put back. Who sends none in time speaks
 * HTTP, whose own bounds then hold; who ends before that is cut off.
 */
export function peek(
  clock: Clock,
  socket: Socket,
  withinMs: number,
  is: { framed(head: Buffer): void; http(): void },
): void {
  let head: Buffer = Buffer.alloc(0);
  const decide = (framed: boolean) => {
    cancel();
    socket.off('data', onData).off('end', onEnd).off('error', onEnd).off('close', cancel);
    if (framed) return is.framed(head);
    if (head.length > 0) socket.unshift(head);
    is.http();
  };
  const onData = (bytes: Buffer) => {
    head = head.length === 0 ? bytes : Buffer.concat([head, bytes]);
    const framed = beginsFramed(head);
    if (framed !== undefined) decide(framed);
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
