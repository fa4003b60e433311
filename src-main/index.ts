// Electron's entry. Nothing here is awaited at the top level: `ready` comes only after this file was evaluated.

import { join } from 'node:path';
import { app } from 'electron';
import { parseDesktopFlags } from './command/flags.ts';
import { dataFolder, practiceFolder } from './engine/folders.ts';
import { startDesktop } from './shell/desktop.ts';
import { registerScheme } from './shell/pages.ts';

const flags = parseDesktopFlags(process.argv.slice(app.isPackaged ? 1 : 2));
const folder = dataFolder(flags.data);
const dataDir = flags.practice ? practiceFolder(folder) : folder;

// Chromium's own files; the instance lock hangs on this folder too, so practice runs beside the real thing.
app.setPath('userData', join(dataDir, 'window'));
registerScheme();

if (app.requestSingleInstanceLock()) void app.whenReady().then(() => startDesktop(dataDir, flags));
else app.quit();
