// Live slices on their way out. A busy engine announces a change a thousand times a second; a page wants the newest state a
// few times a second. Each slice goes out at once, then at most every `1000 / maxPerSecond` ms, and its last state always.
import { pushes as schemas } from '../../src-preload/contract/index.ts';
import type { PushName } from '../../src-preload/contract/names.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { paths } from './dispatch.ts';

export interface Push {
  readonly name: PushName;
  /** Parsed and stripped by the contract. */
  readonly payload: unknown;
  /** `{"push": name, "payload": payload}`, written once however many sockets send it. */
  json(): string;
}

export interface Sink {
  send(push: Push): void;
  /** Bytes accepted but not yet gone; left out where the other side cannot fall behind. */
  buffered?(): number;
  /** Called once, after the sink was dropped for having more than `maxBuffered` bytes waiting. */
  overflow?(): void;
}

export interface Pushes {
  /** Announces a slice: its value, or better a function that makes it, called only when it is about to be sent. */
  publish(name: PushName, payload: unknown): void;
  /** Returns its off. A sink that throws is dropped. */
  subscribe(sink: Sink): () => void;
  /** Forgets what waits and cancels the timers. */
  stop(): void;
}

export interface PushesOptions {
  readonly maxPerSecond: number;
  readonly maxBuffered: number;
}

const DEFAULTS: PushesOptions = { maxPerSecond: 10, maxBuffered: 4 * 1024 * 1024 };

interface Slice {
  sentAt: number;
  waiting: { readonly payload: unknown } | undefined;
  cancel: (() => void) | undefined;
}

export function createPushes(deps: { clock: Clock; logger: Logger }, options: Partial<PushesOptions> = {}): Pushes {
  const { clock, logger } = deps;
  const { maxPerSecond, maxBuffered } = { ...DEFAULTS, ...options };
  const gapMs = 1000 / maxPerSecond;
  const sinks = new Set<Sink>();
  const slices = new Map<PushName, Slice>();

  function emit(name: PushName, slice: Slice, payload: unknown): void {
    slice.sentAt = clock.monotonic();
    const push = seal(name, payload, logger);
    if (push === undefined) return;
    for (const sink of sinks) deliver(sink, push);
  }

  function deliver(sink: Sink, push: Push): void {
    try {
      if ((sink.buffered?.() ?? 0) > maxBuffered) {
        sinks.delete(sink);
        sink.overflow?.();
      } else {
        sink.send(push);
      }
    } catch (error) {
      sinks.delete(sink);
      logger.warn('a sink of live slices failed and was dropped', { push: push.name, error });
    }
  }

  return {
    publish(name, payload) {
      // No page is open, so there is nothing to make. One that opens later asks for a snapshot.
      if (sinks.size === 0) return;
      const slice = slices.get(name) ?? { sentAt: Number.NEGATIVE_INFINITY, waiting: undefined, cancel: undefined };
      slices.set(name, slice);
      const wait = slice.sentAt + gapMs - clock.monotonic();
      if (slice.cancel === undefined && wait <= 0) return emit(name, slice, payload);
      slice.waiting = { payload };
      slice.cancel ??= clock.after(Math.max(0, wait), () => {
        const { waiting } = slice;
        slice.cancel = undefined;
        slice.waiting = undefined;
        if (waiting !== undefined) emit(name, slice, waiting.payload);
      });
    },
    subscribe(sink) {
      sinks.add(sink);
      return () => void sinks.delete(sink);
    },
    stop() {
      for (const slice of slices.values()) slice.cancel?.();
      slices.clear();
      sinks.clear();
    },
  };
}

function seal(name: PushName, payload: unknown, logger: Logger): Push | undefined {
  let made: unknown;
  try {
    made = typeof payload === 'function' ? (payload as () => unknown)() : payload;
  } catch (error) {
    logger.error('a live slice could not be made', { push: name, error });
    return undefined;
  }
  const parsed = schemas[name].safeParse(made);
  if (!parsed.success) {
    logger.error('a live slice does not fit the contract', { push: name, paths: paths(parsed.error) });
    return undefined;
  }
  let text: string | undefined;
  return {
    name,
    payload: parsed.data,
    json() {
      text ??= JSON.stringify({ push: name, payload: parsed.data });
      return text;
    },
  };
}
