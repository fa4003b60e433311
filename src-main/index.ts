// Electron's entry. Nothing here is awaited at the top level: `ready` comes only after this file was evaluated.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';
import { dataFolder, practiceFolder } from './engine/folders.ts';
import { createDesktop, type Desktop } from './shell/desktop.ts';
import { fail } from './shell/fail.ts';
import { claimLinks } from './shell/link-scheme.ts';
import { registerScheme } from './shell/pages.ts';
import { Handover, handoverOf, readStart, type Start } from './shell/start.ts';

try {
  const start = readStart(process.argv.slice(app.isPackaged ? 1 : 2));
  const folder = dataFolder(start.flags.data);
  open(start.flags.practice ? practiceFolder(folder) : folder, start);
} catch (error) {
  fail(error);
}

function open(dataDir: string, start: Start): void {
  // Chromium's own files; the instance lock hangs on this folder too, so practice runs beside the real thing.
  const window = join(dataDir, 'window');
  mkdirSync(window, { recursive: true, mode: 0o700 });
  app.setPath('userData', window);
  app.setAppUserModelId('org.hearth.app');
  registerScheme();
  if (!app.requestSingleInstanceLock(handoverOf(start))) {
    app.quit();
    return;
  }
  const desktop = createDesktop(dataDir, start);
  takeStarts(desktop);
  claimLinks(start.flags);
  void app.whenReady().then(() => desktop.start());
}

/** Later starts of the app, and links, which macOS sends to the one that runs. */
function takeStarts(desktop: Desktop): void {
  app.on('second-instance', (_event, _words, _folder, data) => {
    const handover = Handover.safeParse(data);
    desktop.handedOver(handover.success ? handover.data : { background: false, atLogin: false });
  });
  app.on('open-url', (event, link) => {
    event.preventDefault();
    desktop.handedOver({ link, background: false, atLogin: false });
  });
}
