// Whether a port takes connections, without a word said over one.

import { connect } from 'node:net';
import type { Clock } from '../../base/clock.ts';
import { within } from './look.ts';

/** Of a computer that is near; a refusal comes at once. */
const CONNECT_MS = 300;

/** Never rejects; bounded by 300 ms. `host` as URLs write it. */
export function accepts(clock: Clock, host: string, port: number, signal: AbortSignal | undefined): Promise<boolean> {
  return within(clock, CONNECT_MS, signal, (stop) => {
    return new Promise((resolve) => {
      const socket = connect({ host: host.replace(/^\[|\]$/g, ''), port });
      const end = (accepted: boolean) => {
        stop.removeEventListener('abort', giveUp);
        socket.destroy();
        resolve(accepted);
      };
      const giveUp = () => end(false);
      stop.addEventListener('abort', giveUp);
      socket.on('connect', () => end(true)).on('error', giveUp);
      if (stop.aborted) giveUp();
    });
  });
}
