// Boxes as commands ask for them: at the engine that the owner has chosen, with or without a node that runs.

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

/** Loaded where it is wanted, as what speaks to model servers is. Rejects as `openBoxes`. */
export async function openedBoxes(
  { node, dataDir, terminal }: At,
  signal: AbortSignal,
  templates?: readonly Template[],
): Promise<OpenBoxes> {
  const { openBoxes } = await import('../backends/workloads/open.ts');
  const choice = (await settingValue(node, dataDir, 'backends.boxEngine', terminal)) as BoxEngineChoice;
  const encrypts = (await settingValue(node, dataDir, 'backends.encryptedVolumes', terminal)) as boolean;
  const deps = { clock: systemClock, logger: silentLogger, dataDir, encrypts: () => encrypts };
  return openBoxes(choice, { ...deps, ...(templates && { templates: () => templates }) }, signal);
}
