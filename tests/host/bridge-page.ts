// The two halves of contextBridge and ipcRenderer that live in the page. Both functions travel as source text: no
// imports, no outer names.
//
// A preload runs in an isolated world, next to the page's own. The worlds share the document but no objects, so they
// talk by DOM events whose details the browser copies across, under a tag that the page can't guess.
import type { Codec, Packed } from './codec.ts';

/** A value as it crosses the worlds: functions become numbers that the other side calls by. */
type Crossing = { f: number } | { a: Crossing[] } | { o: [string, Crossing][] } | { v: unknown };

/** What happened to a call across the worlds. */
type Outcome = { ok: true; value: Crossing } | { ok: false; message: string };

/** preload world -> page's world */
type Up =
  | { type: 'expose'; key: string; value: Crossing }
  | { type: 'promised'; id: number }
  | { type: 'returned'; id: number; outcome: Outcome }
  | { type: 'settled'; id: number; outcome: Outcome }
  | { type: 'callback'; fn: number; args: Crossing[] };

/** page's world -> preload world */
interface Down {
  id: number;
  fn: number;
  args: Crossing[];
}

/** main process -> preload world */
export type ToPreload =
  | { reply: number; ok: true; value: Packed }
  | { reply: number; ok: false; error: string }
  | { channel: string; args: Packed };

/** preload world -> main process */
export type FromPreload =
  | { type: 'invoke'; id: number; channel: string; args: Packed }
  | { type: 'send'; channel: string; args: Packed };

/** What the preload's half has to know, as JSON. */
export interface Preload {
  /** Shared by both worlds of one window. */
  tag: string;
  /** Name of the function that reaches the main process; exists in the preload's world alone. */
  binding: string;
  source: string;
  file: string;
  platform: NodeJS.Platform;
}

/** The page's own world: receives what the preload exposes, frozen, and calls back into it. */
export function pageWorld(tag: string): void {
  type Waiting = (message: Up) => void;
  const waiting = new Map<number, Waiting>();
  const callbacks: ((...args: unknown[]) => void)[] = [];
  let calls = 0;

  const pack = (value: unknown): Crossing => {
    if (typeof value === 'function') return { f: callbacks.push(value as (typeof callbacks)[number]) - 1 };
    if (Array.isArray(value)) return { a: value.map(pack) };
    if (value && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
      return { o: Object.entries(value).map(([key, item]) => [key, pack(item)]) };
    }
    return { v: value };
  };

  const unpack = (crossing: Crossing): unknown => {
    if ('f' in crossing) return (...args: unknown[]) => call(crossing.f, args);
    if ('a' in crossing) return crossing.a.map(unpack);
    if ('o' in crossing) return Object.fromEntries(crossing.o.map(([key, item]) => [key, unpack(item)]));
    return crossing.v;
  };

  const open = (outcome: Outcome): unknown => {
    if (!outcome.ok) throw new Error(outcome.message);
    return unpack(outcome.value);
  };

  function call(fn: number, args: unknown[]): unknown {
    calls += 1;
    const id = calls;
    let answer: Up | undefined;
    waiting.set(id, (message) => {
      answer = message;
    });
    // Events are dispatched synchronously: the preload's half has answered when this returns.
    const detail: Down = { id, fn, args: args.map(pack) };
    document.dispatchEvent(new CustomEvent(`${tag}:down`, { detail }));
    waiting.delete(id);
    if (answer?.type === 'returned') return open(answer.outcome);
    return new Promise((resolve, reject) => {
      waiting.set(id, (message) => {
        waiting.delete(id);
        try {
          if (message.type === 'settled') resolve(open(message.outcome));
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  const freeze = (value: unknown): unknown => {
    if (value && typeof value === 'object') Object.values(Object.freeze(value)).forEach(freeze);
    return value;
  };

  document.addEventListener(`${tag}:up`, (event) => {
    const message = (event as CustomEvent<Up>).detail;
    switch (message.type) {
      case 'expose':
        Object.defineProperty(window, message.key, { value: freeze(unpack(message.value)), enumerable: true });
        break;
      case 'callback':
        callbacks[message.fn]?.(...message.args.map(unpack));
        break;
      default:
        waiting.get(message.id)?.(message);
    }
  });

  // Electron answers null for a window that the handler denied; here the browser would hand out a closed window.
  const open_ = window.open.bind(window);
  window.open = (...args) => {
    open_(...args);
    return null;
  };
}

/** The preload's isolated world: `require('electron')` as a sandboxed preload knows it, and the preload itself. */
export function preloadWorld(codec: Codec, preload: Preload): void {
  const { tag, binding, source, file, platform } = preload;
  type Listener = (event: object, ...args: unknown[]) => void;
  const world = globalThis as unknown as Record<string, (message: unknown) => void>;

  const functions: ((...args: unknown[]) => unknown)[] = [];
  const up = (detail: Up) => document.dispatchEvent(new CustomEvent(`${tag}:up`, { detail }));

  const pack = (value: unknown): Crossing => {
    if (typeof value === 'function') return { f: functions.push(value as (typeof functions)[number]) - 1 };
    if (Array.isArray(value)) return { a: value.map(pack) };
    if (value && typeof value === 'object' && [Object.prototype, null].includes(Object.getPrototypeOf(value))) {
      return { o: Object.entries(value).map(([key, item]) => [key, pack(item)]) };
    }
    return { v: value };
  };

  const unpack = (crossing: Crossing): unknown => {
    if ('f' in crossing) {
      return (...args: unknown[]) => void up({ type: 'callback', fn: crossing.f, args: args.map(pack) });
    }
    if ('a' in crossing) return crossing.a.map(unpack);
    if ('o' in crossing) return Object.fromEntries(crossing.o.map(([key, item]) => [key, unpack(item)]));
    return crossing.v;
  };

  const failed = (error: unknown): Outcome => ({
    ok: false,
    message: error instanceof Error ? error.message : String(error),
  });

  document.addEventListener(`${tag}:down`, (event) => {
    const { id, fn, args } = (event as CustomEvent<Down>).detail;
    try {
      const value = functions[fn]?.(...args.map(unpack));
      if (value instanceof Promise) {
        up({ type: 'promised', id });
        value.then(
          (settled) => up({ type: 'settled', id, outcome: { ok: true, value: pack(settled) } }),
          (error) => up({ type: 'settled', id, outcome: failed(error) }),
        );
      } else {
        up({ type: 'returned', id, outcome: { ok: true, value: pack(value) } });
      }
    } catch (error) {
      up({ type: 'returned', id, outcome: failed(error) });
    }
  });

  const listeners = new Map<string, Listener[]>();
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let invocations = 0;
  const send = (message: FromPreload) => world[binding]?.(JSON.stringify(message));

  world.__standInReceive = (received) => {
    const message = received as ToPreload;
    if ('channel' in message) {
      const args = codec.decode(message.args) as unknown[];
      for (const listener of listeners.get(message.channel) ?? []) {
        listener({ sender: ipcRenderer, ports: [] }, ...args);
      }
      return;
    }
    const waiter = waiting.get(message.reply);
    waiting.delete(message.reply);
    if (message.ok) waiter?.resolve(codec.decode(message.value));
    else waiter?.reject(new Error(message.error));
  };

  const ipcRenderer = {
    invoke: (channel: string, ...args: unknown[]) =>
      new Promise((resolve, reject) => {
        const packed = codec.encode(args);
        invocations += 1;
        waiting.set(invocations, { resolve, reject });
        send({ type: 'invoke', id: invocations, channel, args: packed });
      }),
    send: (channel: string, ...args: unknown[]) => send({ type: 'send', channel, args: codec.encode(args) }),
    on(channel: string, listener: Listener) {
      listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
      return ipcRenderer;
    },
    once(channel: string, listener: Listener) {
      const once: Listener = (...args) => {
        ipcRenderer.removeListener(channel, once);
        listener(...args);
      };
      return ipcRenderer.on(channel, once);
    },
    off: (channel: string, listener: Listener) => ipcRenderer.removeListener(channel, listener),
    removeListener(channel: string, listener: Listener) {
      const left = (listeners.get(channel) ?? []).filter((each) => each !== listener);
      listeners.set(channel, left);
      return ipcRenderer;
    },
    removeAllListeners(channel: string) {
      listeners.delete(channel);
      return ipcRenderer;
    },
  };
  const contextBridge = {
    exposeInMainWorld: (key: string, value: unknown) => void up({ type: 'expose', key, value: pack(value) }),
  };

  /** The rule that a sandboxed preload lives by: no other module can be required. */
  const naming = <T extends object>(name: string, object: T): T =>
    new Proxy(object, {
      get(target, key, receiver) {
        if (typeof key === 'string' && !(key in target) && key !== 'then') {
          throw new Error(`stand-in: ${name}.${key} is not implemented`);
        }
        return Reflect.get(target, key, receiver);
      },
    });
  const electron = naming('electron', {
    ipcRenderer: naming('ipcRenderer', ipcRenderer),
    contextBridge: naming('contextBridge', contextBridge),
  });
  const require = (name: string) => {
    if (name === 'electron' || name === 'electron/renderer') return electron;
    throw new Error(`module not found: ${name}`);
  };
  const process = { type: 'renderer', contextIsolated: true, sandboxed: true, platform, versions: {}, env: {} };
  const module = { exports: {} };
  // Compiled here, so that a preload that isn't CommonJS fails with a SyntaxError, as it would in Electron.
  // oxlint-disable-next-line typescript/no-implied-eval
  const run = new Function('require', 'module', 'exports', 'process', `${source}\n//# sourceURL=${file}`);
  run(require, module, module.exports, process);
}
