// Updates, from the feed to the new version's first minute.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { app, net } from 'electron';
import type { UpdatesView } from '../../../src-preload/contract/desktop.ts';
import { VERSION } from '../../engine/version.ts';
import { choose } from '../ask.ts';
import type { Words } from '../words/words.ts';
import { isWritable, ownAppImage } from './app-image.ts';
import { installUpdate, startAgain } from './install.ts';
import { builtInKeys } from './signers.ts';
import { createUpdater, type Updater } from './source.ts';
import { whoElseUpdates } from './support.ts';
import { Trial } from './trial.ts';
import { Updates, type UpdatesDeps } from './updates.ts';

export interface UpdatingDeps
  extends Pick<UpdatesDeps, 'clock' | 'random' | 'logger' | 'mode' | 'metered' | 'quiet' | 'tell'> {
  readonly dataDir: string;
  readonly practice: boolean;
  readonly words: () => Words;
  /** Lets running tasks end and stops the node; false where something else was faster. */
  readonly finish: () => Promise<boolean>;
  /** What this app would be started with again. */
  readonly args: () => readonly string[];
  readonly changed: () => void;
}

export interface Updating {
  readonly updates: Updates;
  readonly trial: Trial;
  view(): UpdatesView;
  /** Before the node is put together: offers the way back where the new version failed. False: the user quits. */
  mayStart(): Promise<boolean>;
  /** The node could not start or go on: within a trial the way back is offered. False: it is a failure like any other. */
  offerBack(): Promise<boolean>;
}

export function createUpdating(deps: UpdatingDeps): Updating {
  const { clock, logger, dataDir, practice, words, finish, args } = deps;
  const trial = new Trial({ clock, version: VERSION, dataDir });
  const keys = builtInKeys(app.getAppPath());
  const address = feedAddress();
  const fetch = (url: string, options: RequestInit) => net.fetch(url, options);
  const updater =
    address === undefined
      ? NOWHERE
      : createUpdater({ clock, logger, fetch, keys, address, load: () => import('electron-updater') });
  const updates = new Updates(
    {
      ...deps,
      source: updater,
      elsewhere: whoElseUpdates({ ...installation(), feed: address !== undefined, keys: keys.length > 0, practice }),
      notInstalled: trial.verdict === 'not-installed',
      async install(version) {
        if (await finish()) await installUpdate(version, { logger, trial, updater, args: args() });
      },
    },
    join(dataDir, 'window'),
  );

  /** True: goes on as it is. */
  async function askBack(): Promise<'stay' | 'quit'> {
    const { trial: say } = words();
    const way = trial.view().wayBack;
    if (way?.here) {
      const answer = await choose(say.question(way.version, VERSION), [say.back, say.stay], undefined);
      if (answer === 1) return 'stay';
      const program = trial.goBack();
      if (program !== undefined) return startAgain(program, args());
    }
    const answer = await choose(
      say.byHand(VERSION, (way?.how ?? []).map(({ message }) => message).join(' ')),
      [say.stay, say.quit],
      undefined,
    );
    return answer === 0 ? 'stay' : 'quit';
  }

  return {
    updates,
    trial,
    view: () => ({ ...updates.view(), ...trial.view() }),
    async mayStart() {
      if (trial.verdict === 'failed-before' && (await askBack()) === 'quit') return false;
      trial.try();
      return true;
    },
    async offerBack() {
      if (trial.record?.phase !== 'trying') return false;
      if ((await askBack()) === 'stay') await startAgain(ownAppImage(process.env) ?? process.execPath, args());
      return true;
    },
  };
}

function installation() {
  const { platform, env } = process;
  const appImage = ownAppImage(env);
  const type = join(process.resourcesPath, 'package-type');
  return {
    platform,
    env,
    packaged: app.isPackaged,
    packageType: existsSync(type) ? readFileSync(type, 'utf8').trim() : undefined,
    writable: appImage !== undefined && isWritable(appImage),
  };
}

/** The folder that was named when this was packed; electron-builder writes it into a file beside the app. */
function feedAddress(): URL | undefined {
  try {
    const [, url = ''] =
      /^url: (\S+)$/m.exec(readFileSync(join(process.resourcesPath, 'app-update.yml'), 'utf8')) ?? [];
    return new URL(url.endsWith('/') ? url : `${url}/`);
  } catch {
    return undefined;
  }
}

/** Never asked: without an address it is said that there is none. */
const NOWHERE: Updater = {
  downloaded: undefined,
  check: async (seen) => ({ newer: undefined, seen }),
  download: () => Promise.reject(new Error('there is no address')),
  handOver: () => Promise.reject(new Error('there is no address')),
};
