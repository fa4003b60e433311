// The system's own list of what opens at login. On Linux that is a file (see engine/autostart.ts), elsewhere Electron's.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { autostartEntry, autostartFile, execOf, readAutostart } from '../../engine/autostart.ts';

/** No window: it is there in the tray, or comes with the next start. */
export const BACKGROUND = '--background';
/** The same, and says that the login started it. */
export const AT_LOGIN = '--at-login';

/** Blocked: we are on the list, and the user has switched us off there. Stale: what is listed is not this app any more. */
export type Listed = 'yes' | 'no' | 'blocked' | 'stale';

export interface LoginItem {
  /** Throws what the system says. */
  set(on: boolean): void;
  listed(): Listed;
}

/** The part of Electron's `app` that is used. */
export interface LoginApp {
  setLoginItemSettings(settings: { openAtLogin: boolean; args?: string[]; path?: string }): void;
  getLoginItemSettings(options?: { args?: string[]; path?: string }): {
    readonly openAtLogin: boolean;
    readonly status?: string;
    readonly executableWillLaunchAtLogin?: boolean;
  };
}

/** `command` is what starts this app, in words. */
export function linuxItem(command: readonly string[], file = autostartFile()): LoginItem {
  const read = () => {
    try {
      return readAutostart(readFileSync(file, 'utf8'));
    } catch {
      return undefined;
    }
  };
  return {
    set(on) {
      if (!on) return rmSync(file, { force: true });
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      writeFileSync(file, autostartEntry(command));
    },
    listed() {
      const entry = read();
      if (entry === undefined) return 'no';
      if (entry.off) return 'blocked';
      return entry.exec === execOf(command) ? 'yes' : 'stale';
    },
  };
}

export function windowsItem(app: LoginApp, [path = '', ...args]: readonly string[]): LoginItem {
  // The registry holds one line of text, so each word is quoted.
  const listed = { path, args: args.map((word) => (word.includes(' ') ? `"${word}"` : word)) };
  return {
    set: (on) => app.setLoginItemSettings({ openAtLogin: on, ...listed }),
    listed() {
      const { openAtLogin, executableWillLaunchAtLogin } = app.getLoginItemSettings(listed);
      if (!openAtLogin) return 'no';
      return executableWillLaunchAtLogin === false ? 'blocked' : 'yes';
    },
  };
}

/** Opens the app as it is, without words: that it was the login is asked of the system. */
export function macItem(app: LoginApp): LoginItem {
  return {
    set: (on) => app.setLoginItemSettings({ openAtLogin: on }),
    listed() {
      const { openAtLogin, status } = app.getLoginItemSettings();
      if (status === 'requires-approval') return 'blocked';
      return openAtLogin ? 'yes' : 'no';
    },
  };
}
