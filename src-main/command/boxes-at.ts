// Boxes as commands ask for them: at the engine that the owner has chosen, or at the one where this node has made some.

import type { BoxEngineChoice } from '../../src-preload/contract/settings/boxes.ts';
import type { OpenBoxes } from '../backends/workloads/open.ts';
import type { Template } from '../backends/workloads/templates.ts';
import { systemClock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import type { SocketClient } from '../faces/socket.ts';
import { settingValue } from './settings.ts';
import type { Terminal } from './terminal.ts';

export interface At {
  readonly node: SocketClient | undefined;
  readonly dataDir: string;
  readonly terminal: Terminal;
}

/** At the engine that is chosen. Loaded where it is wanted, as what speaks to model servers is. Rejects as `openBoxes`. */
export async function openedBoxes(
  { node, dataDir, terminal }: At,
  signal: AbortSignal,
  templates?: readonly Template[],
): Promise<OpenBoxes> {
  const { openBoxes } = await import('../backends/workloads/open.ts');
  const { choice, deps } = await chosen({ node, dataDir, terminal });
  return openBoxes(choice, { ...deps, ...(templates && { templates: () => templates }) }, signal);
}

/** Before something of this node comes there, an image too: it is to go with the node. */
export async function noteUse({ dataDir }: At, { engine }: OpenBoxes): Promise<void> {
  const { EngineMarker, placeOf } = await import('../engine/boxes/marker.ts');
  new EngineMarker(dataDir).use(placeOf(engine));
}

/** Where boxes of this node may be: another engine, chosen since, would say that there are none. Rejects as `openBoxes`. */
export async function openedWhereMade(at: At, signal: AbortSignal): Promise<OpenBoxes> {
  const { EngineMarker } = await import('../engine/boxes/marker.ts');
  const { opener } = await import('../engine/boxes/opener.ts');
  const { choice, deps } = await chosen(at);
  return opener({ ...deps, engine: () => choice }, at.dataDir)(new EngineMarker(at.dataDir).read(), signal);
}

async function chosen({ node, dataDir, terminal }: At) {
  const choice = (await settingValue(node, dataDir, 'backends.boxEngine', terminal)) as BoxEngineChoice;
  const encrypts = (await settingValue(node, dataDir, 'backends.encryptedVolumes', terminal)) as boolean;
  const sizes = (await settingValue(node, dataDir, 'backends.sizedVolumes', terminal)) as boolean;
  const { lendsCards } = await import('../engine/boxes/elsewhere.ts');
  const cards = (await settingValue(node, dataDir, 'backends.boxGraphics', terminal)) as string;
  const gpuMiB = (await settingValue(node, dataDir, 'capacity.gpuMiB', terminal)) as number;
  const allowed = {
    encrypts: () => encrypts,
    sizes: () => sizes,
    cards: () => cards,
    lendsCards: () => lendsCards(choice, gpuMiB),
  };
  return { choice, deps: { clock: systemClock, logger: silentLogger, dataDir, ...allowed } };
}
