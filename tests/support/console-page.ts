// A page of console mode as far as its server sees one: it gets every change, and asks.
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { SOCKET_PATH, TOKEN_FRAGMENT } from '../../src-preload/contract/console.ts';
import type { Failure } from '../../src-preload/contract/failure.ts';
import type { Input, Output } from '../../src-preload/contract/index.ts';
import type { RequestName } from '../../src-preload/contract/names.ts';

export interface ConsolePage {
  ask<N extends RequestName>(name: N, input: Input<N>): Promise<Output<N>>;
  /** How many changes it got. */
  pushes(): number;
  close(): void;
  /** With the code of the close. */
  readonly closed: Promise<number>;
}

interface Message {
  readonly id?: number;
  readonly push?: string;
  readonly reply?: { readonly ok: boolean; readonly value?: unknown; readonly failure?: Failure };
}

/** Why the server turned the page away, as a WebSocket tells. */
export class TurnedAway extends Error {
  readonly code: number;
  readonly reason: string;

  constructor(code: number, reason: string) {
    super(`the console closed with ${code}`);
    this.code = code;
    this.reason = reason;
  }
}

/** `link` as the command prints it. Rejects with TurnedAway; requests reject with the node's failure. */
export async function consolePage(link: string): Promise<ConsolePage> {
  const { origin, host, hash } = new URL(link);
  const socket = new WebSocket(`ws://${host}${SOCKET_PATH}`, { origin });
  await once(socket, 'open');
  const waiting = new Map<number, (reply: NonNullable<Message['reply']>) => void>();
  let pushes = 0;
  let lastId = 0;
  const closed = once(socket, 'close').then(([code]) => code as number);
  const admitted = new Promise((resolve, reject) => {
    socket.once('message', resolve);
    socket.once('close', (code, reason: Buffer) => reject(new TurnedAway(code, reason.toString())));
  });
  socket.send(JSON.stringify({ token: hash.slice(TOKEN_FRAGMENT.length) }));
  await admitted;
  socket.on('message', (data) => {
    const { id, push, reply } = JSON.parse((data as Buffer).toString()) as Message;
    if (push !== undefined) pushes += 1;
    if (id === undefined || !reply) return;
    waiting.get(id)?.(reply);
    waiting.delete(id);
  });
  return {
    ask: (name, input) =>
      new Promise((resolve, reject) => {
        lastId += 1;
        waiting.set(lastId, ({ ok, value, failure }) =>
          ok ? resolve(value as never) : reject(Object.assign(new Error(`${name} failed`), failure)),
        );
        socket.send(JSON.stringify({ id: lastId, name, input }));
      }),
    pushes: () => pushes,
    close: () => socket.close(),
    closed,
  };
}
