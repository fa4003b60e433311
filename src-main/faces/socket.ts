// The command line's face: the contract, and a few verbs that only the owner of the data folder may use, over a local socket.
//
// Lines of JSON. First the token from the note in the data folder, `{"token": T}`, answered by `{"ready": true}`; then
// `{"id", "name", "input"}` or `{"id", "verb", "input"}`, answered by `{"id", "reply"}`.
import { createHash, timingSafeEqual } from 'node:crypto';
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { z } from 'zod';
import type { Clock } from '../base/clock.ts';
import { HearthError } from '../base/errors.ts';
import type { Service } from '../base/lifecycle.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import { LOCAL_SOCKET_LIMITS } from './bounds.ts';
import { answer, type Dispatch, IN_FRONT } from './dispatch.ts';
import { TooManyRequests } from './errors.ts';
import { readLines, writeLine } from './lines.ts';
import { leavePlace, type PlaceOptions, removeRunNote, socketPath, systemPlace, writeRunNote } from './socket-place.ts';

export { connectSocket, type SocketClient } from './socket-client.ts';

/** Does something for the command line that is not in the contract; its result must be plain JSON. */
export type Verb = (input: unknown) => Promise<unknown>;

export interface SocketFaceDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly dispatch: Dispatch;
  readonly verbs: ReadonlyMap<string, Verb>;
}

export interface SocketFaceOptions {
  /** Its lock must be held: a socket left there by a run that was killed is removed. */
  readonly dataDir: string;
  readonly place?: PlaceOptions;
}

const LIMITS = LOCAL_SOCKET_LIMITS;
/** What `stop` gives connections to take their last answer. */
const STOP_MS = 500;

const Greeting = z.strictObject({ token: z.string().max(128) });
const Question = z.union([
  z.object({ id: z.number().int(), name: z.string().max(64), input: z.unknown().optional() }),
  z.object({ id: z.number().int(), verb: z.string().max(64), input: z.unknown().optional() }),
]);

/** Creates the face; `start` listens and writes the note, `stop` takes both away. */
export function createSocketFace(deps: SocketFaceDeps, options: SocketFaceOptions): Service {
  const { clock, random, logger } = deps;
  const { dataDir } = options;
  const connections = new Set<Socket>();
  let running: { readonly server: Server; readonly token: string; readonly path: string } | undefined;

  let complaints: number[] = [];
  const complain = () => {
    const now = clock.monotonic();
    complaints = complaints.filter((at) => at > now - 60_000);
    if (complaints.length >= LIMITS.complaints) return;
    complaints.push(now);
    logger.warn('a program came to the command line socket without its token');
  };

  return {
    name: 'socket',
    async start() {
      if (running !== undefined) return;
      const token = random.bytes(32).toString('base64url');
      const place = options.place ?? systemPlace();
      const path = socketPath(dataDir, random, place);
      const server = createServer((socket) => {
        connections.add(socket);
        socket.once('close', () => connections.delete(socket));
        serve(deps, socket, token, complain);
      });
      server.maxConnections = LIMITS.connections;
      if (place.platform !== 'win32') rmSync(path, { force: true });
      await listen(server, path, logger);
      running = { server, token, path };
      try {
        if (place.platform !== 'win32') chmodSync(path, 0o600);
        await writeRunNote(dataDir, { path, token, pid: process.pid, startedAt: clock.now() });
      } catch (error) {
        await stop();
        throw error;
      }
      logger.debug('command line socket listens', { path });
    },
    stop,
  };

  async function stop(): Promise<void> {
    if (running === undefined) return;
    const { server, token, path } = running;
    running = undefined;
    const closed = new Promise<void>((done) => server.close(() => done()));
    for (const socket of connections) socket.end();
    const cancel = clock.after(STOP_MS, () => {
      for (const socket of connections) socket.destroy();
    });
    await removeRunNote(dataDir, token).catch((error: unknown) =>
      logger.warn('the note of the command line socket stays behind', { error }),
    );
    await closed;
    cancel();
    leavePlace(path);
  }
}

function serve(deps: SocketFaceDeps, socket: Socket, token: string, complain: () => void): void {
  const { clock, logger, dispatch, verbs } = deps;
  let greeted = false;
  let outstanding = 0;
  let cancelIdle = clock.after(LIMITS.greetingMs, () => socket.destroy());

  const rest = () => {
    cancelIdle();
    if (outstanding === 0) cancelIdle = clock.after(LIMITS.idleMs, () => socket.destroy());
  };

  function turnAway(): void {
    complain();
    socket.destroy();
  }

  function greet(message: unknown): void {
    const greeting = Greeting.safeParse(message);
    if (!greeting.success || !same(greeting.data.token, token)) {
      turnAway();
      return;
    }
    greeted = true;
    rest();
    writeLine(socket, { ready: true });
  }

  async function ask(message: unknown): Promise<void> {
    const parsed = Question.safeParse(message);
    if (!parsed.success) {
      socket.destroy();
      return;
    }
    const question = parsed.data;
    const full = outstanding >= LIMITS.outstanding;
    outstanding++;
    rest();
    const reply = full
      ? await answer(logger, 'socket', () => Promise.reject(new TooManyRequests(LIMITS.outstanding)))
      : 'verb' in question
        ? await answer(logger, question.verb, () => run(verbs, question.verb, question.input))
        : await dispatch(question.name, question.input, IN_FRONT);
    outstanding--;
    writeLine(socket, { id: question.id, reply });
    if (!socket.destroyed) rest();
  }

  socket.on('error', (error) => logger.debug('command line socket error', { error }));
  socket.once('close', () => cancelIdle());
  readLines(
    socket,
    (message) => {
      if (socket.destroyed) return;
      if (greeted) void ask(message);
      else greet(message);
    },
    () => (greeted ? socket.destroy() : turnAway()),
    () => (greeted ? LIMITS.lineBytes : LIMITS.greetingBytes),
  );
}

async function run(verbs: ReadonlyMap<string, Verb>, name: string, input: unknown): Promise<unknown> {
  const verb = verbs.get(name);
  if (verb === undefined) {
    throw new HearthError({
      code: 'socket.unknown-verb',
      category: 'invalid',
      message: 'The running node does not know this command. Update whichever of the two is older.',
      details: { verb: name },
    });
  }
  return verb(input);
}

/** Compares hashes, so that neither length nor content shows in the time taken. */
function same(a: string, b: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}

function listen(server: Server, path: string, logger: Logger): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      // Such as no file descriptor left for one more connection; without a listener that would end the process.
      server.on('error', (error) => logger.warn('a command line connection could not be accepted', { error }));
      resolve();
    });
  });
}
