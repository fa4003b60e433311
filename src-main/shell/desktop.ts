// The desktop app around the engine: one instance, one window, an orderly end.

import { join } from 'node:path';
import { app, BrowserWindow, dialog, ipcMain, session } from 'electron';
import { systemClock } from '../base/clock.ts';
import { HearthError, toHearthError } from '../base/errors.ts';
import { systemRandom } from '../base/random.ts';
import type { ServeFlags } from '../command/flags.ts';
import { passphraseSource } from '../command/passphrase.ts';
import { compose, type Engine } from '../engine/compose.ts';
import { gatherFaces } from '../faces/gather.ts';
import { attachIpc } from '../faces/ipc.ts';
import { createSocketFace } from '../faces/socket.ts';
import { loadAssets } from '../faces/static.ts';
import { isOwnPage, servePages } from './pages.ts';
import { denyPermissions, openWindow } from './window.ts';

/** After `ready`. */
export async function startDesktop(dataDir: string, flags: ServeFlags): Promise<void> {
  try {
    const engine = await compose({
      dataDir,
      mode: 'desktop',
      practice: flags.practice,
      logLevel: flags.logLevel,
      autoDetect: true,
      passphrase: passphraseSource({}) ?? passphraseElsewhere,
    });
    await run(engine);
  } catch (thrown) {
    fail(thrown);
  }
}

/** The window has no place to type it in, so it says where there is one. */
async function passphraseElsewhere(): Promise<string> {
  throw new HearthError({
    code: 'secrets.passphrase-needed',
    category: 'denied',
    message:
      'The key of this data folder is under a passphrase. Start Hearth from a terminal with "hearth serve", or move the key back there with "hearth key file".',
  });
}

async function run(engine: Engine): Promise<void> {
  const faces = gatherFaces({ clock: systemClock, random: systemRandom }, engine);
  const socket = createSocketFace({ ...faces, verbs: new Map() }, { dataDir: engine.dataDir });
  denyPermissions(session.defaultSession);
  servePages(await loadAssets(join(import.meta.dirname, '../renderer')));
  const detach = attachIpc({
    ...faces,
    ipcMain,
    isTrusted: (event: { senderFrame: { url: string } | null }) => isOwnPage(event.senderFrame?.url),
    windows: () => BrowserWindow.getAllWindows().map((window) => window.webContents),
  });
  quitInOrder(async () => {
    detach();
    await engine.stop();
    faces.stop();
    await socket.stop();
  });
  engine.onFatal((error) => fail(error));
  app.on('second-instance', () => void show());
  app.on('activate', () => void show());
  app.on('window-all-closed', () => app.quit());
  await socket.start();
  await show();
  await engine.start();
}

async function show(): Promise<void> {
  const [window] = BrowserWindow.getAllWindows();
  if (!window) return void (await openWindow());
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

/** The first quit is held until everything has stopped; then it goes through. */
function quitInOrder(stop: () => Promise<void>): void {
  let stopped = false;
  let stopping = false;
  app.on('before-quit', (event) => {
    if (stopped) return;
    event.preventDefault();
    if (stopping) return;
    stopping = true;
    void stop().finally(() => {
      stopped = true;
      app.quit();
    });
  });
}

/** Says what is wrong and ends: for what the app can't start or go on without. */
export function fail(thrown: unknown): void {
  const { message, code } = toHearthError(thrown);
  process.stderr.write(`${message} [${code}]\n${thrown instanceof Error ? thrown.stack : ''}\n`);
  dialog.showErrorBox('Hearth', `${message}\n\n${code}`);
  app.exit(1);
}
