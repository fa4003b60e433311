// The last steps of an update, when everything else has stopped: copies for the way back, the new version in its place, and a
// new start, of the new version or, where that went wrong, of this one.

import { app } from 'electron';
import type { Logger } from '../../base/logger.ts';
import { ownAppImage, putInPlace } from './app-image.ts';
import type { Updater } from './source.ts';
import { verifyStill } from './sum.ts';
import type { Trial } from './trial.ts';

export interface InstallDeps {
  readonly logger: Logger;
  readonly trial: Trial;
  readonly updater: Pick<Updater, 'downloaded' | 'handOver'>;
  /** What to start again with. */
  readonly args: readonly string[];
}

/** The node has stopped and its data folder is free. Never resolves: this process ends. */
export async function installUpdate(version: string, { logger, trial, updater, args }: InstallDeps): Promise<never> {
  const appImage = ownAppImage(process.env);
  try {
    trial.prepare(version, appImage);
    if (appImage === undefined) return await updater.handOver();
    const { downloaded } = updater;
    if (downloaded === undefined) throw new Error('there is no downloaded file');
    putInPlace(downloaded.file, appImage, (copy) => verifyStill(copy, downloaded.sha512));
  } catch (error) {
    // The next start of this version sees that it is still itself, and says so.
    logger.error('the new version could not take this one’s place', { error });
  }
  return startAgain(appImage ?? process.execPath, args);
}

/** Ends this process and starts the program that lies there. */
export function startAgain(program: string, args: readonly string[]): Promise<never> {
  app.relaunch({ execPath: program, args: [...args] });
  app.exit(0);
  // Until the process is gone nothing else may happen.
  return new Promise(() => {});
}
