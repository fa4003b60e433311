// New versions by electron-updater, which knows the feeds, the differences between files and the signatures. It is loaded when
// it is first needed: a start should not pay for it.

import type { AppUpdater, Logger as UpdaterLogger } from 'electron-updater';
import type { Logger } from '../../base/logger.ts';
import type { UpdateSource } from './updates.ts';

export interface Updater extends UpdateSource {
  /** What was downloaded last. */
  readonly file: string | undefined;
  /** Hands over to the system's installer, which ends this process and starts the new version. Rejects where it does not. */
  handOver(): Promise<never>;
}

export function createUpdater(logger: Logger): Updater {
  let loading: Promise<AppUpdater> | undefined;
  const updater = () => (loading ??= load(logger));
  let file: string | undefined;
  return {
    get file() {
      return file;
    },
    async check() {
      const found = await (await updater()).checkForUpdates();
      return found?.isUpdateAvailable ? found.updateInfo.version.slice(0, 64) : undefined;
    },
    async download(progress) {
      const from = await updater();
      const tell = ({ percent }: { readonly percent: number }) => progress(percent / 100);
      from.on('download-progress', tell);
      try {
        [file] = await from.downloadUpdate();
      } finally {
        from.off('download-progress', tell);
      }
    },
    async handOver() {
      const by = await updater();
      return new Promise((_, reject) => {
        by.once('error', reject);
        by.quitAndInstall(true, true);
      });
    },
  };
}

async function load(logger: Logger): Promise<AppUpdater> {
  const { autoUpdater } = await import('electron-updater');
  autoUpdater.autoDownload = false;
  autoUpdater.autoInstallOnAppQuit = false;
  autoUpdater.allowDowngrade = false;
  autoUpdater.disableWebInstaller = true;
  // It would send a number of its own with each request, by which a computer could be known again.
  autoUpdater.requestHeaders = { 'x-user-staging-id': '' };
  autoUpdater.logger = logOf(logger);
  // What goes wrong is told by what was called; without a listener it would be thrown a second time.
  autoUpdater.on('error', () => {});
  return autoUpdater;
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
