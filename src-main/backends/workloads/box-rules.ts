// What every engine keeps to alike, whatever it makes boxes of.

import type { Resources } from '../../../src-preload/contract/work.ts';
import type { Logger } from '../../base/logger.ts';
import type { BoxFound, BoxSpec, BoxStatus } from './backend.ts';
import { assertPossible, specHash } from './box-plan.ts';
import { BoxDiffers, ImageMissing, NoEncryption, NoGraphics } from './errors.ts';

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

/** What a whole system is made of that shares the kernel; its engine's pools are its own. Throws ImageMissing, BoxInvalid, NoEncryption or NoGraphics. */
export function systemContent<Content>(
  spec: BoxSpec,
  contentOf: (image: string) => Content | undefined,
  { cards = false } = {},
): Content {
  const content = contentOf(spec.image);
  if (content === undefined) throw new ImageMissing();
  assertPossible(spec, 'quota', true);
  if (spec.encrypted) throw new NoEncryption();
  if (spec.gpuMiB !== undefined && !cards) throw new NoGraphics();
  return content;
}

/** What such a system takes: what was sold, for nothing runs beside it. */
export function systemNeeds({ cpuMillicores, memoryMiB, diskMiB, gpuMiB = 0, ports }: BoxSpec): Resources {
  return { slots: 0, cpuMillicores, memoryMiB, diskMiB, gpuMiB, ports: ports.length };
}
