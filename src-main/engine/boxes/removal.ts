// Boxes go with the node: nothing of strangers stays at the engine when Hearth has left this computer, and nothing that Hearth has put there
// to make them of.

import { existsSync } from 'node:fs';
import { reasonFor } from '../../../src-i18n/reason.ts';
import type { Remainder } from '../../../src-preload/contract/removal.ts';
import type { OpenBoxes } from '../../backends/workloads/open.ts';
import { systemClock } from '../../base/clock.ts';
import { silentLogger } from '../../base/logger.ts';
import { EngineMarker, workloadsIn } from './marker.ts';
import { type Opener, opener } from './opener.ts';

/** A box may take its time to end, and another may follow. */
const REMOVE_MS = 90_000;
const IMAGES_MS = 60_000;

export interface BoxesRemoved {
  /** Some may be left: the engine that has them did not answer, did not do it in time, or refused. */
  readonly boxesLeft: boolean;
  readonly remains: readonly Remainder[];
}

/** Of a node that goes for good. */
export async function removeAllOfBoxes(
  dataDir: string,
  open: Opener = opener({ clock: systemClock, logger: silentLogger }, dataDir),
): Promise<BoxesRemoved> {
  const remains: Remainder[] = [];
  const isGone = await removeBoxes(dataDir, open, async ({ boxes, images }) => {
    const left = await images.removeAll(AbortSignal.timeout(IMAGES_MS)).catch(() => ['hearth-*']);
    if (left.length > 0) remains.push(imagesLeft(boxes.id, left));
  });
  return { boxesLeft: !isGone, remains };
}

/** False where some may be left. `then`: once none is. */
export async function removeBoxes(
  dataDir: string,
  open: Opener = opener({ clock: systemClock, logger: silentLogger }, dataDir),
  then: (opened: OpenBoxes) => Promise<void> = async () => undefined,
): Promise<boolean> {
  const place = new EngineMarker(dataDir).read();
  // Without a mark nothing but a try by command was ever made.
  if (!existsSync(workloadsIn(dataDir))) return true;
  const signal = AbortSignal.timeout(REMOVE_MS);
  try {
    const opened = await open(place, signal);
    opened.askAgain?.();
    if ((await opened.boxes.sweep(new Set(), signal)).left.length > 0) return false;
    await then(opened);
    return true;
  } catch {
    return place === undefined;
  }
}

const MOST_NAMED = 5;

function imagesLeft(engine: string, names: readonly string[]): Remainder {
  const { code, values, message } = reasonFor('removal.images', {
    engine,
    names: names.slice(0, MOST_NAMED).join(', '),
  });
  return { code, ...(values && { values }), says: message };
}
