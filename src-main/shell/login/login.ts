// Opening at login: off unless asked for, and checked afterwards instead of believed.

import { join } from 'node:path';
import type { LoginView } from '../../../src-preload/contract/desktop.ts';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import { readSmall, writeSmall } from '../small-file.ts';
import type { Listed, LoginItem } from './item.ts';
import { judge, LoginRecord, stateOf } from './record.ts';

export interface LoginDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Undefined where nothing can be set: in practice, for instance. */
  readonly item: LoginItem | undefined;
  /** Seconds since the computer was started. */
  readonly uptime: () => number;
  readonly changed: () => void;
  /** It was to open at the last login and did not. */
  readonly failed: () => void;
}

export class Login {
  readonly #deps: LoginDeps;
  readonly #file: string;
  #wanted = false;
  #record: LoginRecord | undefined;
  #broken: string | undefined;

  /** `folder`: the data folder's `window`. */
  constructor(deps: LoginDeps, folder: string) {
    this.#deps = deps;
    this.#file = join(folder, 'login.json');
    this.#record = readSmall(this.#file, LoginRecord);
  }

  /** Once at the start, with what the setting says; and again when it has changed. */
  want(on: boolean, start?: { readonly byLogin: boolean }): void {
    const { clock, item, uptime, failed } = this.#deps;
    if (item === undefined) return;
    const now = clock.now();
    if (!on) {
      if (this.#wanted || this.#record) this.#take(false);
      this.#keep(undefined);
    } else if (this.#record === undefined) {
      this.#take(true);
      this.#keep({ setAt: now, openedAt: start?.byLogin ? now : null, failedAt: null });
    } else if (start) {
      const verdict = judge(this.#record, { now, bootedAt: now - uptime() * 1000, byLogin: start.byLogin });
      const listed = this.#listed();
      // What the user has switched off in the system's settings stays so.
      if (listed === 'stale' || listed === 'no' || (verdict.failed && listed === 'yes')) this.#take(true);
      if (listed !== 'blocked') this.#keep(verdict.record);
      if (verdict.failed && listed !== 'blocked') failed();
    }
    this.#wanted = on;
    this.#deps.changed();
  }

  /** Another start of ours has come by the login while this one runs. */
  opened(): void {
    if (!this.#wanted || !this.#record) return;
    this.#keep({ ...this.#record, openedAt: this.#deps.clock.now(), failedAt: null });
    this.#deps.changed();
  }

  view(): LoginView {
    const none = { verifiedAt: null, reason: null };
    if (this.#deps.item === undefined) return { state: 'not-here', ...none, reason: NOT_HERE };
    if (this.#broken !== undefined) return { state: 'failed', ...none, reason: { ...NOT_SET, message: this.#broken } };
    if (!this.#wanted || this.#record === undefined) return { state: 'off', ...none };
    if (this.#listed() === 'blocked') return { state: 'blocked', ...none, reason: BLOCKED };
    const state = stateOf(this.#record);
    return { state, verifiedAt: this.#record.openedAt, reason: state === 'failed' ? DID_NOT : null };
  }

  #take(on: boolean): void {
    try {
      this.#deps.item?.set(on);
      this.#broken = undefined;
    } catch (error) {
      this.#deps.logger.warn('opening at login could not be set', { error, on });
      this.#broken = 'The system did not let Hearth change what opens at login.';
    }
  }

  #listed(): Listed {
    return this.#deps.item?.listed() ?? 'no';
  }

  #keep(record: LoginRecord | undefined): void {
    if (record === undefined && this.#record === undefined) return;
    this.#record = record;
    try {
      writeSmall(this.#file, record ?? null);
    } catch (error) {
      this.#deps.logger.warn('what is known of opening at login could not be kept', { error });
    }
  }
}

const NOT_HERE = {
  code: 'desktop.login-not-here',
  message: 'Opening at login is for the real data folder; this is practice.',
};
const NOT_SET = { code: 'desktop.login-not-set', message: '' };
const BLOCKED = {
  code: 'desktop.login-blocked',
  message: 'The settings of this system forbid Hearth to open at login.',
  action: 'Allow it among the apps that start at login, in the settings of the system.',
};
const DID_NOT = {
  code: 'desktop.login-failed',
  message: 'There was a login and Hearth did not open. It has been set up anew.',
  action: 'If it does not open after the next login either, add Hearth to the apps that start at login by hand.',
};
