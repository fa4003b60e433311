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
