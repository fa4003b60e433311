// Files that a page gives to the user. Chromium really fetches them; the app is notified as Electron does it, and where no handler says
// otherwise the system's dialog is asked where to: its answer is the one that the test has laid ready.
import { copyFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { inward } from './addresses.ts';
import { dialog } from './dialogs.ts';
import { PreventableEvent } from './event.ts';
import { record } from './journal.ts';
import { browser } from './lifecycle.ts';
import { namesMissing } from './missing.ts';
import { defaultSession } from './session.ts';

export class DownloadItem {
  static {
    namesMissing(this, 'DownloadItem.prototype');
  }
  readonly #url: string;
  readonly #name: string;

  constructor(url: string, name: string) {
    this.#url = url;
    this.#name = name;
  }

  getURL(): string {
    return this.#url;
  }

  getFilename(): string {
    return this.#name;
  }
}

/** Where each goes once it is whole; undefined: nowhere. */
type Wanted = Promise<string | undefined>;

/** From the start on. */
export async function serveDownloads(): Promise<void> {
  const wanted = new Map<string, Wanted>();
  browser.on('Browser.downloadWillBegin', undefined, ({ guid, url, suggestedFilename }) => {
    const own = url.startsWith('blob:') ? `blob:${inward(url.slice('blob:'.length))}` : inward(url);
    const event = new PreventableEvent();
    defaultSession.emit('will-download', event, new DownloadItem(own, suggestedFilename), null);
    record('download', { url: own, name: suggestedFilename, let: !event.defaultPrevented });
    if (event.defaultPrevented) void browser.send('Browser.cancelDownload', { guid }).catch(() => {});
    else wanted.set(guid, asked(suggestedFilename));
  });
  browser.on('Browser.downloadProgress', undefined, ({ guid, state, filePath }) => {
    const where = wanted.get(guid);
    if (state === 'inProgress' || where === undefined) return;
    wanted.delete(guid);
    if (state === 'completed') void keep(filePath ?? join(folder, guid), where).catch(() => {}); // its test is gone
  });
  const folder = join(browser.profile ?? '', 'downloads');
  await browser.send('Browser.setDownloadBehavior', {
    behavior: 'allowAndName',
    downloadPath: folder,
    eventsEnabled: true,
  });
}

async function asked(name: string): Wanted {
  const { filePath } = (await dialog.showSaveDialog({ defaultPath: name })) as { filePath?: string };
  return filePath === '' ? undefined : filePath;
}

async function keep(file: string, where: Wanted): Promise<void> {
  const path = await where;
  if (path !== undefined) {
    await copyFile(file, `${path}.part`);
    await rename(`${path}.part`, path);
  }
  await rm(file, { force: true });
}
