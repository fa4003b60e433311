// Boxes go with the node: nothing of strangers stays at the engine when Hearth has left this computer, and nothing that Hearth has put there
// to make them of.

import { existsSync } from 'node:fs';
import { reasonFor } from '../../../src-i18n/reason.ts';
import type { Reason } from '../../../src-preload/contract/define.ts';
import type { Remainder } from '../../../src-preload/contract/removal.ts';
import type { OpenBoxes } from '../../backends/workloads/open.ts';
import { systemClock } from '../../base/clock.ts';
import { silentLogger } from '../../base/logger.ts';
import { EngineMarker, isSame, type Place, placeOf, workloadsIn } from './marker.ts';
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
  const marker = new EngineMarker(dataDir);
  const drop = async ({ boxes, images, engine }: OpenBoxes) => {
    const left = await images.removeAll(AbortSignal.timeout(IMAGES_MS)).catch(() => ['hearth-*']);
    if (left.length > 0) remains.push(imagesLeft(boxes.id, left));
    marker.leave(placeOf(engine));
  };
  let present = marker.read();
  const isGone = await removeBoxes(dataDir, open, async (opened) => {
    present = placeOf(opened.engine);
    await drop(opened);
  });
  const earlier = marker.used().filter((place) => !isSame(place, present));
  const all = await Promise.all(earlier.map((place) => removeEarlier(place, open, drop)));
  for (const { place, answers } of all)
    if (!answers) remains.push(remainder(reasonFor('removal.unreached', { engine: place.socket })));
  return { boxesLeft: !isGone || all.some(({ boxesLeft }) => boxesLeft), remains };
}

/** An engine that was left when its last box had ended: what is there now is images, or boxes that no sweep could remove then. */
async function removeEarlier(place: Place, open: Opener, drop: (opened: OpenBoxes) => Promise<void>) {
  const signal = AbortSignal.timeout(REMOVE_MS);
  try {
    const opened = await open(place, signal);
    const boxesLeft = (await opened.boxes.sweep(new Set(), signal)).left.length > 0;
    if (!boxesLeft) await drop(opened);
    return { place, answers: true, boxesLeft };
  } catch {
    return { place, answers: false, boxesLeft: false };
  }
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
  return remainder(reasonFor('removal.images', { engine, names: names.slice(0, MOST_NAMED).join(', ') }));
}

function remainder({ code, values, message }: Reason): Remainder {
  return { code, ...(values && { values }), says: message };
}
