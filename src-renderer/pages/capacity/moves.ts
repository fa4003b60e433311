// Models on their way into memory and out of it: since when, and what came of it. Kept while the page is left and come back to.
import { createStore } from 'zustand/vanilla';
import type { Reason } from '../../../src-preload/contract/define.ts';
import { toBridgeError } from '../../bridge/failure.ts';
import { engine } from '../../bridge/index.ts';

export type MoveKind = 'load' | 'unload';

export interface Move {
  readonly what: MoveKind;
  /** Epoch milliseconds. */
  readonly since: number;
  /** Undefined while it is on its way. */
  readonly end: { readonly tookMs: number } | { readonly reason: Reason } | undefined;
}

/** By `moveKey`, the last of each model. */
export const movesStore = createStore<{ readonly moves: ReadonlyMap<string, Move> }>()(() => ({ moves: new Map() }));

export function moveKey(backend: string, model: string): string {
  return `${backend} ${model}`;
}

/** Resolves when it is there or gone, or when it is known why not. Never rejects. One at a time of each model. */
export async function moveModel(what: MoveKind, backend: string, model: string): Promise<void> {
  const key = moveKey(backend, model);
  const before = movesStore.getState().moves.get(key);
  if (before && before.end === undefined) return;
  const since = Date.now();
  const end = (how: Move['end']) => {
    movesStore.setState(({ moves }) => ({ moves: new Map(moves).set(key, { what, since, end: how }) }));
  };
  end(undefined);
  try {
    end(await engine().ask(`backends.${what}`, { backend, model }));
  } catch (thrown) {
    end({ reason: toBridgeError(thrown).reason });
  }
}
