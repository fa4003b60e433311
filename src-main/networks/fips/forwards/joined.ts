// A connection of a program here and one through the mesh, made one.

import type { Socket } from 'node:net';
import { pipeline } from 'node:stream';
import type { TcpStream } from '../tcp/tcp-stream.ts';

/** Each direction ends by itself; an error of one ends both, and the program sees that it was one. `over` comes once. */
export function joined(local: Socket, remote: TcpStream, over: () => void): void {
  // One of them may have ended before the other was there.
  if (local.destroyed || remote.destroyed) {
    local.resetAndDestroy();
    remote.destroy();
    over();
    return;
  }
  // Before `pipeline` ends it as if all had been said.
  remote.once('error', () => local.resetAndDestroy());
  let left = 2;
  const end = (error?: Error | null) => {
    if (error) {
      local.resetAndDestroy();
      remote.destroy();
    }
    left -= 1;
    if (left === 0) over();
  };
  pipeline(local, remote, end);
  pipeline(remote, local, end);
}
