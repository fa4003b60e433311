// How this app is started again: at login, after an update, by a link.

import { resolve } from 'node:path';
import { app } from 'electron';
import type { ServeFlags } from '../command/serve-flags.ts';
import { ownAppImage } from './updates/app-image.ts';

/** The file to start. An AppImage is one file; what runs out of it lies somewhere else each time. */
export function ownProgram(): string {
  return ownAppImage(process.env) ?? process.execPath;
}

/** What it needs before any other word: run from its sources, the folder that Electron is to run. */
export function ownFirstWords(): readonly string[] {
  return app.isPackaged ? [] : [app.getAppPath()];
}

/** The words that make it the same app on the same data. */
export function ownWords(flags: ServeFlags): readonly string[] {
  return [
    ...ownFirstWords(),
    ...(flags.data === undefined ? [] : ['--data', resolve(flags.data)]),
    ...(flags.practice ? ['--practice'] : []),
  ];
}
