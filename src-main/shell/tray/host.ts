// Whether anything on this desktop shows trays. Elsewhere than on Linux something always does; there it is a service on the
// user's bus, and GNOME has none of its own (freedesktop.org, StatusNotifierItem).

import { execFile } from 'node:child_process';
import type { DesktopView } from '../../../src-preload/contract/desktop.ts';

const WATCHER = 'org.kde.StatusNotifierWatcher';
const QUESTION = ['get-property', WATCHER, '/StatusNotifierWatcher', WATCHER, 'IsStatusNotifierHostRegistered'];
const ANSWER_MS = 3000;

/** `run` answers what a program writes, or why it did not. */
export async function trayHost(platform: NodeJS.Platform, run = busctl): Promise<DesktopView['tray']> {
  if (platform !== 'linux') return 'shown';
  const { text, failure } = await run(['--user', '--auto-start=no', '--timeout=2', ...QUESTION]);
  if (failure === 'missing') return 'unknown';
  // Where no program owns that name, the question itself fails; so it does without a bus, where there is no tray either.
  return text?.trim() === 'b true' ? 'shown' : 'hidden';
}

interface Ran {
  readonly text?: string;
  readonly failure?: 'missing' | 'failed';
}

function busctl(args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const options = { timeout: ANSWER_MS, maxBuffer: 64 * 1024, encoding: 'utf8' } as const;
    execFile('busctl', args, options, (error, stdout) => {
      if (!error) resolve({ text: stdout });
      else resolve({ failure: error.code === 'ENOENT' ? 'missing' : 'failed' });
    });
  });
}
