import { HearthError } from '../base/errors.ts';

/** The value does not fit its setting; nothing was changed. `details.at` tells where inside the value, if not all of it. */
export class SettingInvalid extends HearthError {
  constructor(path: string, at: string, problem: string, about: string) {
    super({
      code: 'settings.invalid',
      category: 'invalid',
      message: `${path}${at} was not changed: ${problem}. What it is for: ${about}`,
      details: { path, at, problem },
    });
  }
}

/** The change was made from a value that is not in force any more. Read it again, make the change from that, and try again. */
export class SettingChanged extends HearthError {
  constructor(path: string) {
    super({
      code: 'settings.changed-meanwhile',
      category: 'conflict',
      message: `${path} was not changed: it has become another in the meantime.`,
      details: { path },
    });
  }
}
