// New versions by electron-updater, which knows the packages of each system and how they are installed. What comes over the
// network comes by our own hands: the feed, whose signature is proven before anything in it is looked at, and the package,
// whose size and sum are in that feed.

import { rm } from 'node:fs/promises';
import type { AppUpdater, Provider, UpdateInfo, Logger as UpdaterLogger } from 'electron-updater';
import type { Logger } from '../../base/logger.ts';
import { notGenuine } from './errors.ts';
import { type Feed, readFeed, type Seen } from './feed.ts';
import { type FetchDeps, fetchFeed, fetchPackage } from './fetching.ts';
import type { PublicKey } from './minisign.ts';
import { type Downloaded, sumOf, verifyStill } from './sum.ts';
import type { UpdateSource } from './updates.ts';

export interface SourceDeps extends FetchDeps {
  readonly logger: Logger;
  /** Whose signature is believed. */
  readonly keys: readonly PublicKey[];
  /** The folder with feeds and packages. */
  readonly address: URL;
  /** Its module, loaded when it is first needed: a start should not pay for it. */
  readonly load: () => Promise<Pick<typeof import('electron-updater'), 'autoUpdater' | 'Provider'>>;
}

export interface Updater extends UpdateSource {
  /** What was downloaded last, and its sum in the signed feed. */
  readonly downloaded: Downloaded | undefined;
  /** Hands over to the system's installer, which ends this process and starts the new version. Rejects where it does not. */
  handOver(): Promise<never>;
}

export function createUpdater(deps: SourceDeps): Updater {
  let loading: Promise<AppUpdater> | undefined;
  const updater = () => (loading ??= setUp(deps, () => feed, look));
  let seen: Seen | null = null;
  let feed: Feed | undefined;
  let downloaded: Downloaded | undefined;

  async function look(name: string): Promise<Feed> {
    feed = undefined;
    const { keys, address } = deps;
    const read = readFeed({ name, ...(await fetchFeed(deps, new URL(name, address))), keys, seen });
    ({ feed, seen } = read);
    return feed;
  }

  return {
    get downloaded() {
      return downloaded;
    },
    async check(before) {
      seen = before;
      const found = await (await updater()).checkForUpdates();
      return { newer: found?.isUpdateAvailable ? found.updateInfo.version : undefined, seen };
    },
    async download(progress) {
      downloaded = undefined;
      const from = await updater();
      const tell = ({ percent }: { readonly percent: number }) => progress(percent / 100);
      from.on('download-progress', tell);
      try {
        const [file = ''] = await from.downloadUpdate();
        // It may have been there from an earlier time, when nothing but its name was looked at.
        const sha512 = await sumOf(file);
        if (!feed?.files.some((named) => named.sha512 === sha512)) {
          await rm(file, { force: true });
          throw notGenuine('a file that was kept is not in the feed');
        }
        downloaded = { file, sha512 };
      } finally {
        from.off('download-progress', tell);
      }
    },
    async handOver() {
      const by = await updater();
      if (downloaded === undefined) throw new Error('there is no downloaded file');
      verifyStill(downloaded.file, downloaded.sha512);
      return new Promise((_, reject) => {
        by.once('error', reject);
        by.quitAndInstall(true, true);
      });
    },
  };
}

async function setUp(
  deps: SourceDeps,
  feed: () => Feed | undefined,
  look: (name: string) => Promise<Feed>,
): Promise<AppUpdater> {
  const { autoUpdater, Provider } = await deps.load();
  autoUpdater.autoDownload = false;
  autoUpdater.autoInstallOnAppQuit = false;
  autoUpdater.allowDowngrade = false;
  autoUpdater.disableWebInstaller = true;
  // The list of what is new in a package is not signed, and is unpacked whatever its size.
  autoUpdater.disableDifferentialDownload = true;
  autoUpdater.logger = logOf(deps.logger);
  // What goes wrong rejects the call; without a listener it would be thrown a second time.
  autoUpdater.on('error', () => {});
  autoUpdater.setFeedURL({ provider: 'custom', updateProvider: signedProvider(Provider, deps.address, look) });
  // Its own has no bound on size or time and follows redirects without end.
  Object.assign(autoUpdater, { httpExecutor: executor(deps, feed) });
  return autoUpdater;
}

/** Answers electron-updater's question for the newest version by the signed feed. */
function signedProvider(base: typeof Provider, address: URL, look: (name: string) => Promise<Feed>) {
  return class SignedProvider extends base<UpdateInfo> {
    // It is made by electron-updater, with what only its own providers care for.
    constructor(...[, , runtime]: readonly unknown[]) {
      super(runtime as never);
    }

    async getLatestVersion(): Promise<UpdateInfo> {
      const { version, files, releaseDate, minimumSystemVersion } = await look(`${this.getDefaultChannelName()}.yml`);
      return {
        version,
        files: [...files],
        path: files[0]?.url ?? '',
        sha512: files[0]?.sha512 ?? '',
        releaseDate,
        ...(minimumSystemVersion === undefined ? {} : { minimumSystemVersion }),
      };
    }

    resolveFiles({ files }: UpdateInfo) {
      return files.map((info) => ({ url: new URL(info.url, address), info }));
    }
  };
}

/** The one thing that electron-updater still asks of the network. */
function executor(deps: SourceDeps, feed: () => Feed | undefined) {
  return {
    async download(url: URL, to: string, { onProgress }: { onProgress?: (done: { percent: number }) => void }) {
      const name = url.pathname.slice(url.pathname.lastIndexOf('/') + 1);
      const wanted = feed()?.files.find((file) => file.url === name);
      if (wanted === undefined) throw notGenuine('a package that the feed does not name');
      await fetchPackage(deps, url, to, wanted, (bytes) => onProgress?.({ percent: (bytes / wanted.size) * 100 }));
    },
  };
}

function logOf(logger: Logger): UpdaterLogger {
  const line = (message: unknown) => ({ said: String(message).slice(0, 300) });
  return {
    debug: (message) => logger.debug('updater', line(message)),
    info: (message) => logger.debug('updater', line(message)),
    warn: (message) => logger.info('updater', line(message)),
    error: (message) => logger.info('updater', line(message)),
  };
}
