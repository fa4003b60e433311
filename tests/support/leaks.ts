// After each unit test nothing that it started may still run: no timer, socket, server, process or worker. Whatever is left
// would disturb the next test, and mostly shows a `stop` that forgot something.
import { beforeEach, expect, onTestFinished } from 'vitest';

/** What is going is given this long to be gone: a closed socket takes a turn or two, on a busy machine long ones. */
const GRACE_MS = Number(process.env.LEAK_GRACE_MS ?? 5000);

/** Kinds that the operating system holds for us, as Node names them; the test runner's own are there from the start. */
const KINDS = /^(TCP|UDP|Pipe|Process|TTY|FSEvent).*Wrap$/i;

/** One watch for all files that a process runs one after another. */
const shared = globalThis as { hearthLeaks?: { timers: ReturnType<typeof watchTimers>; workers: () => string[] } };
shared.hearthLeaks ??= { timers: watchTimers(), workers: watchWorkers() };
const { timers, workers } = shared.hearthLeaks;

beforeEach(() => {
  const before = open();
  // Registered first, so it runs last: after whatever the test itself has to close.
  onTestFinished(async () => {
    await new Promise(setImmediate);
    const end = performance.now() + GRACE_MS;
    let left = newOnes(before);
    while (left.length > 0 && performance.now() < end) {
      await timers.unwatched(5);
      left = newOnes(before);
    }
    expect(left, `the test left something running: ${left.join(', ')}`).toEqual([]);
  });
});

interface Open {
  /** How many of each kind. */
  readonly counts: ReadonlyMap<string, number>;
  readonly timers: ReadonlySet<NodeJS.Timeout>;
}

function open(): Open {
  const counts = new Map<string, number>();
  const add = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const kind of process.getActiveResourcesInfo()) if (KINDS.test(kind)) add(kind);
  for (const name of workers()) add(name);
  return { counts, timers: timers.going() };
}

function newOnes(before: Open): string[] {
  const now = open();
  const more = [...now.counts].flatMap(([name, count]) =>
    Array<string>(Math.max(0, count - (before.counts.get(name) ?? 0))).fill(name),
  );
  return [...more, ...[...now.timers].filter((timer) => !before.timers.has(timer)).map(timers.placeOf)];
}

/**
 * Node counts timers without saying whose they are, and the test runner sets some all the time. It took its own from `globalThis`
 * before this file was loaded, so what is set from there from now on is ours.
 */
function watchTimers() {
  const { setTimeout: plain, setInterval: plainInterval } = globalThis;
  // Where each was set. A stack is written only where one is left: that takes as long as many a test.
  const places = new Map<NodeJS.Timeout, Error>();

  function watched(set: typeof plain | typeof plainInterval, kind: string, once: boolean) {
    return (fn: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
      const timer: NodeJS.Timeout = set(() => {
        if (once) places.delete(timer);
        fn(...args);
      }, ms);
      places.set(timer, new Error(kind));
      return timer;
    };
  }
  // util.promisify(setTimeout) is a form of its own.
  globalThis.setTimeout = Object.assign(watched(plain, 'a timer', true), plain) as typeof plain;
  globalThis.setInterval = watched(plainInterval, 'an interval', false) as typeof plainInterval;

  return {
    unwatched: (ms: number) => new Promise((resolve) => plain(resolve, ms)),
    going() {
      for (const timer of places.keys()) if (gone(timer)) places.delete(timer);
      return new Set(places.keys());
    },
    placeOf(timer: NodeJS.Timeout) {
      const set = places.get(timer);
      const place = set?.stack?.split('\n').find((line, index) => index > 0 && !line.includes('leaks.ts'));
      return `${set?.message} set ${place?.trim() ?? ''}`;
    },
  };
}

/** Cleared, or set by a clock that a test put in place; `unref`ed ones count, for they are set all the same. */
function gone(timer: NodeJS.Timeout): boolean {
  const { _destroyed } = timer as unknown as { _destroyed?: boolean };
  return _destroyed !== false;
}

function watchWorkers(): () => string[] {
  const running = new Set<number>();
  process.on('worker', (worker) => {
    const { threadId } = worker;
    running.add(threadId);
    worker.once('exit', () => running.delete(threadId));
  });
  return () => [...running].map((id) => `worker thread ${id}`);
}
