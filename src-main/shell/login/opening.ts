// Opening at login on the system that this is.

import { uptime } from 'node:os';
import { app } from 'electron';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import { AT_LOGIN, type LoginItem, linuxItem, macItem, windowsItem } from './item.ts';
import { Login } from './login.ts';

export interface OpeningDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly practice: boolean;
  /** The program and its words, as this one was started; see command.ts. */
  readonly command: readonly string[];
  readonly changed: () => void;
  readonly failed: () => void;
}

/** `folder`: the data folder's `window`. */
export function createLogin({ practice, command, ...deps }: OpeningDeps, folder: string): Login {
  return new Login({ ...deps, item: practice ? undefined : itemHere([...command, AT_LOGIN]), uptime }, folder);
}

/** Whether this start was the login's own. */
export function openedByLogin(atLogin: boolean): boolean {
  return process.platform === 'darwin' ? app.getLoginItemSettings().wasOpenedAtLogin : atLogin;
}

function itemHere(command: readonly string[]): LoginItem | undefined {
  if (process.platform === 'linux') return linuxItem(command);
  if (process.platform === 'win32') return windowsItem(app, command);
  return process.platform === 'darwin' ? macItem(app) : undefined;
}
