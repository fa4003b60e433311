// Electron's entry. Nothing here is awaited at the top level: `ready` comes only after this file was evaluated.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';
import { parseDesktopFlags, type ServeFlags } from './command/flags.ts';
import { dataFolder, practiceFolder } from './engine/folders.ts';
import { fail, startDesktop } from './shell/desktop.ts';
import { registerScheme } from './shell/pages.ts';

try {
  const flags = parseDesktopFlags(process.argv.slice(app.isPackaged ? 1 : 2));
  const folder = dataFolder(flags.data);
  open(flags.practice ? practiceFolder(folder) : folder, flags);
} catch (error) {
  fail(error);
}

function open(dataDir: string, flags: ServeFlags): void {
  // Chromium's own files; the instance lock hangs on this folder too, so practice runs beside the real thing.
  const window = join(dataDir, 'window');
  mkdirSync(window, { recursive: true, mode: 0o700 });
  app.setPath('userData', window);
  registerScheme();
  if (app.requestSingleInstanceLock()) void app.whenReady().then(() => startDesktop(dataDir, flags));
  else app.quit();
}
