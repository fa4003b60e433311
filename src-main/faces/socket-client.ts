// The command line's end of the local socket.
import { connect, type Socket } from 'node:net';
import { z } from 'zod';
import { Failure } from '../../src-preload/contract/failure.ts';
import { type Input, type Output, requests } from '../../src-preload/contract/index.ts';
import type { RequestName } from '../../src-preload/contract/names.ts';
import { type Clock, systemClock } from '../base/clock.ts';
import { HearthError } from '../base/errors.ts';
import { SocketLost } from './errors.ts';
import { readLines, writeLine } from './lines.ts';
import { type RunNote, readRunNote } from './socket-place.ts';

export interface CallOptions {
  /** Default 30 s; draining takes longer. */
  readonly timeoutMs?: number;
}

export interface SocketClient {
  /** Asks the running node. Its failures come back as HearthError, a lost or silent node as SocketLost. */
  request<N extends RequestName>(name: N, input: Input<N>, options?: CallOptions): Promise<Output<N>>;
  /** Asks for something outside the contract; the answer is whatever the verb answers. */
  verb(name: string, input: unknown, options?: CallOptions): Promise<unknown>;
  close(): void;
}

const GREETING_MS = 5_000;
const ANSWER_MS = 30_000;

const Ready = z.object({ ready: z.literal(true) });
const Answer = z.object({
  id: z.number(),
  reply: z.discriminatedUnion('ok', [
    z.object({ ok: z.literal(true), value: z.unknown().optional() }),
    z.object({ ok: z.literal(false), failure: Failure }),
  ]),
});

/**
 * Connects to the node that runs on this data folder; undefined when none does, which includes a note left by a node that
 * was killed. Throws SocketLost when something is there but does not let us in.
 */
export async function connectSocket(dataDir: string, clock: Clock = systemClock): Promise<SocketClient | undefined> {
  let note = await readRunNote(dataDir);
  for (;;) {
    if (note === undefined) return undefined;
    const socket = await dial(note);
    if (socket === undefined) return undefined;
    try {
      return await greet(socket, note, clock);
    } catch (error) {
      // A node that has just started writes its note after it listens: look again before giving up.
      const again = await readRunNote(dataDir);
      if (again === undefined || again.token === note.token) throw error;
      note = again;
    }
  }
}

/** Codes of a socket on which no node listens, on Unix and Windows. */
const NO_LISTENER = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTSOCK']);

function dial(note: RunNote): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(note.path);
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
    socket.once('error', (error: NodeJS.ErrnoException) =>
      NO_LISTENER.has(error.code ?? '') ? resolve(undefined) : reject(new SocketLost('refused', error)),
    );
  });
}

function greet(socket: Socket, note: RunNote, clock: Clock): Promise<SocketClient> {
  return new Promise((resolve, reject) => {
    const pending = new Map<number, { settle(message: z.infer<typeof Answer>): void; fail(error: Error): void }>();
    let lastId = 0;
    let ready = false;

    const end = (how: ConstructorParameters<typeof SocketLost>[0], cause?: unknown) => {
      cancel();
      socket.destroy();
      const error = new SocketLost(how, cause);
      reject(error);
      for (const waiting of pending.values()) waiting.fail(error);
      pending.clear();
    };
    const cancel = clock.after(GREETING_MS, () => end('silent'));

    socket.on('error', (error) => end(ready ? 'closed' : 'refused', error));
    socket.on('close', () => end(ready ? 'closed' : 'refused'));
    readLines(
      socket,
      (message) => {
        if (!ready) {
          if (!Ready.safeParse(message).success) return end('malformed');
          ready = true;
          cancel();
          return resolve({ request, verb, close: () => socket.destroy() });
        }
        const answer = Answer.safeParse(message);
        if (!answer.success) return end('malformed');
        pending.get(answer.data.id)?.settle(answer.data);
      },
      () => end('malformed'),
    );
    writeLine(socket, { token: note.token });

    function ask(what: { name: string } | { verb: string }, input: unknown, options: CallOptions): Promise<unknown> {
      return new Promise((answered, failed) => {
        const id = ++lastId;
        const done = () => {
          cancelWait();
          pending.delete(id);
        };
        const cancelWait = clock.after(options.timeoutMs ?? ANSWER_MS, () => {
          done();
          failed(new SocketLost('silent'));
        });
        pending.set(id, {
          settle({ reply }) {
            done();
            if (reply.ok) answered(reply.value);
            else failed(new HearthError(reply.failure));
          },
          fail(error) {
            done();
            failed(error);
          },
        });
        if (!writeLine(socket, { id, ...what, input })) pending.get(id)?.fail(new SocketLost('closed'));
      });
    }

    async function request<N extends RequestName>(name: N, input: Input<N>, options: CallOptions = {}) {
      const parsed = requests[name].output.safeParse(await ask({ name }, input, options));
      if (!parsed.success) throw new SocketLost('malformed', parsed.error);
      return parsed.data as Output<N>;
    }

    function verb(name: string, input: unknown, options: CallOptions = {}): Promise<unknown> {
      return ask({ verb: name }, input, options);
    }
  });
}
