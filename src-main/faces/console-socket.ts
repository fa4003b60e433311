// One WebSocket of the console, from its first message to its close. The protocol is in src-preload/contract/console.ts.
import type { WebSocket } from 'ws';
import { z } from 'zod';
import { CloseCode } from '../../src-preload/contract/console.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { ConsoleAccess, Session, Verdict } from './access.ts';
import { CONSOLE_LIMITS } from './bounds.ts';
import type { Confirmations } from './confirmations.ts';
import { type Asker, answer, type Dispatch } from './dispatch.ts';
import { TooManyRequests } from './errors.ts';
import type { Pushes } from './pushes.ts';

export interface ConsoleSocketDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly access: ConsoleAccess;
  readonly confirmations: Confirmations;
  /** Whether there is room for one more page. */
  readonly mayOpen: () => boolean;
  /** Called when a page comes with a link that let another one in; once for each link. */
  readonly onUsedTwice?: ((firstAt: number) => void) | undefined;
  readonly dispatch: Dispatch;
  readonly pushes: Pushes;
}

const LIMITS = CONSOLE_LIMITS;

const Secret = z.string().min(1).max(128);
const Greeting = z.union([z.strictObject({ token: Secret }), z.strictObject({ session: Secret })]);
const Question = z.object({
  id: z.number().int().nonnegative(),
  name: z.string().max(64),
  input: z.unknown().optional(),
});

export interface ConsoleSocket {
  /** The page that it let in; undefined before that. */
  session(): Session | undefined;
  /** Tells the page that it was confirmed. */
  confirmed(number: string): void;
  /** Pings; a socket that did not answer the ping before is cut off. */
  beat(): void;
  close(code: CloseCode): void;
  /** Cuts the connection at once. */
  cut(): void;
}

export function serveConsoleSocket(deps: ConsoleSocketDeps, socket: WebSocket, ended: () => void): ConsoleSocket {
  const { clock, logger, access, confirmations, dispatch, pushes } = deps;
  let session: Session | undefined;
  let state: 'greeting' | 'open' | 'closed' = 'greeting';
  let outstanding = 0;
  let alive = true;
  let unsubscribe = () => {};
  let cancelCut = () => {};
  const cancelGreeting = clock.after(LIMITS.greetingMs, () => close(CloseCode.unauthenticated));

  function close(code: CloseCode, reason = ''): void {
    if (state === 'closed') return;
    state = 'closed';
    cancelGreeting();
    unsubscribe();
    socket.close(code, reason);
    cancelCut = clock.after(LIMITS.closeMs, () => socket.terminate());
  }

  function send(text: string) {
    if (state !== 'open') return;
    if (socket.bufferedAmount > LIMITS.unread) return overflow();
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
    // Before the link is used up: it comes back when another page has closed.
    if (!deps.mayOpen()) return close(CloseCode.goingAway);
    const verdict: Verdict =
      'token' in greeting.data ? access.redeem(greeting.data.token) : access.resume(greeting.data.session);
    if (verdict.kind === 'used') {
      if (verdict.first) {
        logger.warn('a link to the pages was used a second time', { firstAt: verdict.at });
        deps.onUsedTwice?.(verdict.at);
      }
      return close(CloseCode.linkUsed, String(verdict.at));
    }
    if (verdict.kind !== 'admitted') {
      if (verdict.kind === 'wrong') logger.warn('a console page came with a link or session that does not work');
      return close(verdict.kind === 'wrong' ? CloseCode.unauthenticated : CloseCode.throttled);
    }
    state = 'open';
    session = verdict.session;
    cancelGreeting();
    unsubscribe = pushes.subscribe({
      send: (push) => send(push.json()),
      buffered: () => socket.bufferedAmount,
      overflow,
    });
    send(JSON.stringify({ session: verdict.secret }));
  }

  const asker: Asker = {
    demandInFront: (name) => confirmations.demand(session!, name),
  };

  async function ask(message: unknown): Promise<void> {
    const question = Question.safeParse(message);
    if (!question.success) return close(CloseCode.malformed);
    const { id, name, input } = question.data;
    const full = outstanding >= LIMITS.outstanding;
    outstanding++;
    const reply = full
      ? await answer(logger, name, () => Promise.reject(new TooManyRequests(LIMITS.outstanding)))
      : await dispatch(name, input, asker);
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
    session: () => session,
    confirmed: (number) => send(JSON.stringify({ confirmed: number })),
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
