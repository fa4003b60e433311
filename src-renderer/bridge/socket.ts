// The bridge of console mode: the contract over a WebSocket to the server that sent this page.
//
// It gets in by the link's token, once, and by the session it got for that from then on. A lost connection is sought again
// with growing, jittered waits; nothing is queued meanwhile, since a click that acts a minute later is a surprise.
import { CloseCode } from '../../src-preload/contract/console.ts';
import type { Failure, Reply } from '../../src-preload/contract/failure.ts';
import type { Bridge } from '../../src-preload/contract/index.ts';
import type { PushName } from '../../src-preload/contract/names.ts';
import { type Connection, refusals, usedLink } from './connection.ts';
import { type BridgeError, lostFailure, malformed, refuse } from './failure.ts';

export interface SocketBridgeOptions {
  readonly url: string;
  /** From the link, good once. */
  readonly token?: string | undefined;
  /** Of this tab alone, so that a session ends with it. */
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  readonly onConnection: (connection: Connection) => void;
  /** The owner has confirmed this page at the computer. */
  readonly onConfirmed: () => void;
  /** Called with what arrived and made no sense. */
  readonly report: (error: BridgeError) => void;
  readonly timings?: Partial<Timings>;
}

export interface Timings {
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
  /** How long an answer may take; looking for backends takes seconds. */
  readonly answerMs: number;
  /** After this much silence the server is asked something, to find out whether it is still there. */
  readonly quietMs: number;
}

const TIMINGS: Timings = { firstRetryMs: 500, longestRetryMs: 15_000, answerMs: 30_000, quietMs: 20_000 };
const SESSION_KEY = 'hearth.session';

export interface SocketBridge extends Bridge {
  /** Tries a new link. */
  enter(token: string): void;
  /** Tries now instead of waiting. */
  retry(): void;
  close(): void;
}

type Pending = (reply: Reply) => void;

export function createSocketBridge(options: SocketBridgeOptions): SocketBridge {
  const { url, storage, onConnection, onConfirmed, report } = options;
  const timings = { ...TIMINGS, ...options.timings };
  const listeners = new Map<string, Set<(payload: unknown) => void>>();
  const pending = new Map<number, Pending>();
  let token = options.token;
  /** When another page came in by the link that was tried; undefined where none did. */
  let usedAt: number | undefined;
  let socket: WebSocket | undefined;
  let open = false;
  let lastId = 0;
  let attempt = 0;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let quietTimer: ReturnType<typeof setTimeout> | undefined;

  function connect(): void {
    clearTimeout(retryTimer);
    const session = storage.getItem(SESSION_KEY);
    if (token === undefined && session === null) {
      onConnection(refusals.noLink);
      return;
    }
    const greeting = token === undefined ? { session } : { token };
    const own = new WebSocket(url);
    socket = own;
    listenForQuiet();
    own.onopen = () => own.send(JSON.stringify(greeting));
    own.onmessage = ({ data }) => {
      if (socket === own) receive(data);
    };
    own.onclose = ({ code, reason }) => {
      if (socket === own) ended(code, 'token' in greeting, reason);
    };
  }

  function receive(data: unknown): void {
    listenForQuiet();
    const message = parse(data);
    if (message === undefined) report(malformed('message'));
    else if (!open) admitted(message);
    else if (typeof message.id === 'number') pending.get(message.id)?.(message.reply as Reply);
    else if (typeof message.confirmed === 'string') onConfirmed();
    else if (typeof message.push === 'string') announce(message.push, message.payload);
    else report(malformed('message'));
  }

  function admitted(message: Record<string, unknown>): void {
    if (typeof message.session !== 'string') {
      report(malformed('greeting'));
      return;
    }
    storage.setItem(SESSION_KEY, message.session);
    token = undefined;
    usedAt = undefined;
    attempt = 0;
    open = true;
    onConnection({ state: 'open' });
  }

  function announce(name: string, payload: unknown): void {
    for (const listener of listeners.get(name) ?? []) listener(payload);
  }

  function ended(code: number, byToken: boolean, reason = '') {
    drop();
    if (code === CloseCode.linkUsed) usedAt = Number(reason) || Date.now();
    if (code === CloseCode.unauthenticated || code === CloseCode.linkUsed) {
      // A link opened a second time in the tab that it once let in: the session is still good.
      const fallBack = byToken && storage.getItem(SESSION_KEY) !== null;
      token = undefined;
      if (fallBack) return connect();
      storage.removeItem(SESSION_KEY);
      if (usedAt !== undefined) return onConnection(usedLink(usedAt));
      return onConnection(byToken ? refusals.oldLink : refusals.restarted);
    }
    if (code === CloseCode.revoked) {
      storage.removeItem(SESSION_KEY);
      return onConnection(refusals.revoked);
    }
    if (code === CloseCode.throttled) return onConnection(refusals.throttled);
    if (code === CloseCode.malformed) return onConnection(refusals.outdated);
    onConnection({ state: 'lost' });
    const full = Math.min(timings.longestRetryMs, timings.firstRetryMs * 2 ** attempt++);
    retryTimer = setTimeout(connect, full / 2 + (Math.random() * full) / 2);
  }

  /** Forgets the socket; waits for an answer end, as none will come. */
  function drop(): void {
    clearTimeout(quietTimer);
    const old = socket;
    socket = undefined;
    open = false;
    old?.close();
    for (const settle of pending.values()) settle(refuse(lostFailure()));
  }

  /** A tunnel can die without a word: after silence the server is asked something, and given up when it stays silent. */
  function listenForQuiet(): void {
    clearTimeout(quietTimer);
    quietTimer = setTimeout(() => {
      quietTimer = setTimeout(() => ended(1006, false), timings.quietMs / 2);
      void send('node.get', undefined);
    }, timings.quietMs);
  }

  function send(name: string, input: unknown): Promise<Reply> {
    const to = socket;
    if (to === undefined || !open) return Promise.resolve(refuse(lostFailure()));
    return new Promise((resolve) => {
      const id = ++lastId;
      const settle = (reply: Reply) => {
        clearTimeout(timer);
        pending.delete(id);
        resolve(reply);
      };
      const timer = setTimeout(() => settle(refuse(silentFailure(timings.answerMs))), timings.answerMs);
      pending.set(id, settle);
      to.send(JSON.stringify({ id, name, input }));
    });
  }

  onConnection({ state: 'connecting' });
  connect();

  return {
    invoke: send,
    on(name: PushName, listener) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set);
      const own = (payload: unknown) => listener(payload);
      set.add(own);
      return () => void set.delete(own);
    },
    enter(next) {
      drop();
      token = next;
      usedAt = undefined;
      onConnection({ state: 'connecting' });
      connect();
    },
    retry() {
      if (socket === undefined) connect();
    },
    close() {
      clearTimeout(retryTimer);
      drop();
    },
  };
}

function parse(data: unknown): Record<string, unknown> | undefined {
  try {
    const message: unknown = JSON.parse(String(data));
    return typeof message === 'object' && message !== null ? (message as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function silentFailure(waitedMs: number): Failure {
  const seconds = Math.round(waitedMs / 1000);
  return {
    code: 'bridge.silent',
    category: 'unavailable',
    message: `Hearth did not answer within ${seconds} seconds. It may be busy; try again in a moment.`,
    details: { seconds },
  };
}
