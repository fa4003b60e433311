// One noun as the engine last sent it.
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Live } from '../../src-preload/contract/define.ts';

export interface LiveState<V> {
  /** Undefined until the first slice has come. */
  readonly live: Live<V> | undefined;
  /** Keeps the newer of what is held and what came. */
  readonly accept: (next: Live<V>) => void;
}
export type LiveStore<V> = StoreApi<LiveState<V>>;

/** Of the same run, the higher revision is newer; a slice of another run of the engine replaces whatever there was. */
export function isNewer(held: Live<unknown> | undefined, next: Live<unknown>): boolean {
  return held === undefined || held.boot !== next.boot || held.revision < next.revision;
}

export function createLiveStore<V>(): LiveStore<V> {
  return createStore<LiveState<V>>()((set) => ({
    live: undefined,
    accept: (next) => set(({ live }) => (isNewer(live, next) ? { live: next } : {})),
  }));
}
