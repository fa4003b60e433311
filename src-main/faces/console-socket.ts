// One WebSocket of the console, from its first message to its close. The protocol is in src-preload/contract/console.ts.
import type { WebSocket } from 'ws';
import { z } from 'zod';
import { CloseCode } from '../../src-preload/contract/console.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { ConsoleAccess, Verdict } from './access.ts';
import { answer, type Dispatch } from './dispatch.ts';
import { TooManyRequests } from './errors.ts';
import type { Pushes } from './pushes.ts';

export interface ConsoleSocketDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly access: ConsoleAccess;
  readonly dispatch: Dispatch;
  readonly pushes: Pushes;
}

/** How long a socket may stay without saying who it is. */
const GREETING_MS = 5_000;
/** A close that the other side does not answer is cut off after this. */
const CLOSE_MS = 1_000;
const MOST_OUTSTANDING = 64;
/** A reader this far behind is not reading. */
const MOST_BUFFERED = 4 * 1024 * 1024;

const Secret = z.string().min(1).max(128);
const Greeting = z.union([z.strictObject({ token: Secret }), z.strictObject({ session: Secret })]);
const Question = z.object({
  id: z.number().int().nonnegative(),
  name: z.string().max(64),
  input: z.unknown().optional(),
});

export interface ConsoleSocket {
  /** Pings; a socket that did not answer the ping before is cut off. */
  beat(): void;
  close(code: CloseCode): void;
  /** Cuts the connection at once. */
  cut(): void;
}

export function serveConsoleSocket(deps: ConsoleSocketDeps, socket: WebSocket, ended: () => void): ConsoleSocket {
  const { clock, logger, access, dispatch, pushes } = deps;
  let state: 'greeting' | 'open' | 'closed' = 'greeting';
  let outstanding = 0;
  let alive = true;
  let unsubscribe = () => {};
  let cancelCut = () => {};
  const cancelGreeting = clock.after(GREETING_MS, () => close(CloseCode.unauthenticated));

  function close(code: CloseCode): void {
    if (state === 'closed') return;
    state = 'closed';
    cancelGreeting();
    unsubscribe();
    socket.close(code);
    cancelCut = clock.after(CLOSE_MS, () => socket.terminate());
  }

  function send(text: string) {
    if (state !== 'open') return;
    if (socket.bufferedAmount > MOST_BUFFERED) return overflow();
    socket.send(text, (error) => {
      if (error) socket.terminate();
    });
  }

  function overflow(): void {
    logger.warn('a console page read too slowly and was closed', { buffered: socket.bufferedAmount });
    close(CloseCode.tooSlow);
  }

  function greet(message: unknown) {
    const greeting = Greeting.safeParse(message);
    if (!greeting.success) return close(CloseCode.malformed);
    const verdict: Verdict =
      'token' in greeting.data ? access.redeem(greeting.data.token) : access.resume(greeting.data.session);
    if (verdict.kind !== 'admitted') {
      if (verdict.kind === 'wrong') logger.warn('a console page came with a link or session that does not work');
      return close(verdict.kind === 'wrong' ? CloseCode.unauthenticated : CloseCode.throttled);
    }
    state = 'open';
    cancelGreeting();
    unsubscribe = pushes.subscribe({
      send: (push) => send(push.json()),
      buffered: () => socket.bufferedAmount,
      overflow,
    });
    send(JSON.stringify({ session: verdict.session }));
  }

  async function ask(message: unknown): Promise<void> {
    const question = Question.safeParse(message);
    if (!question.success) return close(CloseCode.malformed);
    const { id, name, input } = question.data;
    const full = outstanding >= MOST_OUTSTANDING;
    outstanding++;
    const reply = full
      ? await answer(logger, name, () => Promise.reject(new TooManyRequests(MOST_OUTSTANDING)))
      : await dispatch(name, input);
    outstanding--;
    send(JSON.stringify({ id, reply }));
  }

  socket.on('message', (data, isBinary) => {
    if (state === 'closed') return;
    const message = isBinary ? undefined : parse((data as Buffer).toString('utf8'));
    if (message === undefined) close(CloseCode.malformed);
    else if (state === 'greeting') greet(message);
    else void ask(message);
  });
  socket.on('pong', () => {
    alive = true;
  });
  // ws closes by itself after an error, an oversized message among them; without a listener it would end the process.
  socket.on('error', (error) => logger.debug('console socket error', { error }));
  socket.on('close', () => {
    state = 'closed';
    cancelGreeting();
    cancelCut();
    unsubscribe();
    ended();
  });

  return {
    beat() {
      if (state === 'closed') return;
      if (!alive) return socket.terminate();
      alive = false;
      socket.ping();
    },
    close,
    cut: () => socket.terminate(),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
