// A program in a running box, over the channels of its operation (LXD rest-api, 1.0/instances/NAME/exec): what it prints is read and cut,
// and it is ended when nobody waits for it any more.

import { z } from 'zod';
import type { BoxExec } from '../backend.ts';
import type { LxdClient } from './client.ts';

const Channels = z.object({ fds: z.record(z.string(), z.string()) });
const Ended = z.object({ return: z.number() });

const KILL = JSON.stringify({ command: 'signal', signal: 9 });

export async function execIn(
  client: LxdClient,
  instance: string,
  command: readonly string[],
  most: number,
  signal: AbortSignal,
): Promise<BoxExec> {
  const body = { command: [...command], environment: {}, 'wait-for-websocket': true, interactive: false };
  const { id, metadata } = await client.begin(`${instance}/exec`, signal, body);
  const { fds } = Channels.parse(metadata);
  const channels = Object.entries(fds).map(([name, secret]) => {
    const path = `/1.0/operations/${encodeURIComponent(id)}/websocket?secret=${encodeURIComponent(secret)}`;
    return { name, socket: client.channel(path) };
  });
  const kept: Buffer[] = [];
  let length = 0;
  const control = channels.find(({ name }) => name === 'control')?.socket;
  const end = () => {
    if (control?.readyState === control?.OPEN) control?.send(KILL);
    for (const { socket } of channels) socket.terminate();
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    const closed = channels
      .filter(({ name }) => name === '1' || name === '2')
      .map(
        ({ socket }) =>
          new Promise<void>((resolve) => {
            socket.on('message', (bytes: Buffer, binary: boolean) => {
              // What is empty and text says that there is no more.
              if (!binary) return;
              const piece = bytes.subarray(0, most - length);
              length += piece.length;
              if (piece.length > 0) kept.push(Buffer.from(piece));
            });
            socket.once('close', () => resolve());
            socket.once('error', () => resolve());
          }),
      );
    for (const { socket } of channels) socket.on('error', () => undefined);
    const ended = await client.ended(id, signal);
    await Promise.race([Promise.all(closed), aborted(signal)]);
    signal.throwIfAborted();
    return { exitCode: Ended.parse(ended.metadata).return, output: Buffer.concat(kept).toString('utf8') };
  } finally {
    signal.removeEventListener('abort', end);
    end();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
