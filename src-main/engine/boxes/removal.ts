// Boxes go with the node: nothing of strangers stays at the engine when Hearth has left this computer.

import { existsSync } from 'node:fs';
import { systemClock } from '../../base/clock.ts';
import { silentLogger } from '../../base/logger.ts';
import { EngineMarker, workloadsIn } from './marker.ts';
import { opener } from './opener.ts';

/** A box may take its time to end, and another may follow. */
const REMOVE_MS = 90_000;

/** False where some may be left: the engine that has them did not answer, or did not do it in time. */
export async function removeBoxes(
  dataDir: string,
  open = opener({ clock: systemClock, logger: silentLogger }, dataDir),
) {
  const place = new EngineMarker(dataDir).read();
  // Without a mark nothing but a try by command was ever made.
  if (!existsSync(workloadsIn(dataDir))) return true;
  const signal = AbortSignal.timeout(REMOVE_MS);
  try {
    const { boxes, askAgain } = await open(place, signal);
    askAgain?.();
    return (await boxes.sweep(new Set(), signal)).left.length === 0;
  } catch {
    return place === undefined;
  }
}
