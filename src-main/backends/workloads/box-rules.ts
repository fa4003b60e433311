// What every engine keeps to alike, whatever it makes boxes of.

import type { Logger } from '../../base/logger.ts';
import type { BoxFound, BoxSpec, BoxStatus } from './backend.ts';
import { specHash } from './box-plan.ts';
import { BoxDiffers } from './errors.ts';

/** Whether what is there by its id, made by the spec of that hash, is this very box; undefined: nothing is. Throws BoxDiffers. */
export function isThere(spec: BoxSpec, hash: string | undefined): boolean {
  if (hash === undefined) return false;
  if (hash !== specHash(spec)) throw new BoxDiffers(spec.id);
  return true;
}

/** A box that can't be made leaves nothing, unless its engine does not remove it: then a sweep does. */
export async function madeOrCleared(
  { id }: Pick<BoxSpec, 'id'>,
  logger: Logger,
  make: () => Promise<void>,
  clear: () => Promise<void>,
): Promise<void> {
  try {
    await make();
  } catch (error) {
    await clear().catch((left: unknown) => {
      logger.warn('a box that could not be made has left something', { id, error: left });
    });
    throw error;
  }
}

/** Unknown where the engine does not say: such a box is never taken for absent. Rejects with the signal's reason alone. */
export async function statusOr(signal: AbortSignal, asked: () => Promise<BoxStatus>): Promise<BoxStatus> {
  try {
    return await asked();
  } catch {
    signal.throwIfAborted();
    return 'unknown';
  }
}

/** As a list has it: absent unless it was made by exactly this spec. */
export function statusIn(found: readonly BoxFound[], spec: BoxSpec): BoxStatus {
  const box = found.find(({ id }) => id === spec.id);
  return box?.spec === specHash(spec) ? box.status : 'absent';
}
