// An engine that can be taken down and put together again on what has become of its data folder, while the faces around it stay:
// a page that asked for a backup to be put back goes on with the restored node as if that had been there all along.

import type { RequestName } from '../../src-preload/contract/names.ts';
import { Emitter } from '../base/emitter.ts';
import type { Logger } from '../base/logger.ts';
import { compose } from './compose.ts';
import type { Engine, EngineOptions } from './engine.ts';
import type { SliceName } from './slices.ts';

/** Rejects as `compose` does. What comes after a renewal that failed is the owner's: see `onFatal`. */
export async function composeRenewable(options: EngineOptions): Promise<Engine> {
  const events = new Emitter<{ changed: SliceName; fatal: Error; ended: undefined }>();
  const last = new Map<SliceName, unknown>();
  let started = false;
  let stopping = false;
  let renewing: Promise<void> | undefined;
  let detach = () => {};

  async function fresh(): Promise<Engine> {
    const engine = await compose({ ...options, renew });
    const offs = [
      engine.onChange((name) => events.emit('changed', name)),
      engine.onFatal((error) => events.emit('fatal', error)),
      engine.onEnded(() => events.emit('ended', undefined)),
    ];
    detach = () => {
      for (const off of offs) off();
    };
    return engine;
  }

  let current = await fresh();

  function renew(): void {
    renewing ??= renewed()
      .catch((error: unknown) => events.emit('fatal', error as Error))
      .finally(() => {
        renewing = undefined;
      });
  }

  async function renewed(): Promise<void> {
    // The caller has its answer before anything is taken down.
    await new Promise(setImmediate);
    await current.stop();
    detach();
    if (stopping) return;
    current = await fresh();
    if (started) await current.start();
  }

  /** Lines go to the log that is open now; one that is closed drops them. */
  function logger(named: (engine: Engine) => Logger): Logger {
    return {
      debug: (...line) => named(current).debug(...line),
      info: (...line) => named(current).info(...line),
      warn: (...line) => named(current).warn(...line),
      error: (...line) => named(current).error(...line),
      child: (name) => logger((engine) => named(engine).child(name)),
    };
  }

  return {
    logger: logger((engine) => engine.logger),
    dataDir: options.dataDir,
    async handle(name: RequestName, input: unknown) {
      await renewing;
      return current.handle(name, input);
    },
    onChange: (listener) => events.on('changed', listener),
    onFatal: (listener) => events.on('fatal', listener),
    onEnded: (listener) => events.on('ended', () => listener()),
    take<N extends SliceName>(name: N) {
      // In between there is nothing to look at but what was seen last.
      const seen = renewing && last.get(name);
      if (seen) return seen as ReturnType<typeof current.take<N>>;
      const taken = current.take(name);
      last.set(name, taken);
      return taken;
    },
    look: (...rules) => current.look(...rules),
    suspend: (on) => current.suspend(on),
    unlocked: () => current.unlocked(),
    trial: (until) => current.trial(until),
    metered: () => current.metered(),
    visit: (id, node) => current.visit(id, node),
    drain: () => current.drain(),
    async start() {
      await current.start();
      started = true;
    },
    async stop(how) {
      stopping = true;
      await renewing;
      await current.stop(how);
    },
  };
}
