import { HearthError } from '../base/errors.ts';

/** The text is no iCalendar, or one without anything weekly in it. */
export class CalendarInvalid extends HearthError {
  constructor(code: 'not-a-calendar' | 'nothing-weekly' | 'too-many-events', message: string, cause?: unknown) {
    super({ code: `availability.${code}`, category: 'invalid', message, cause });
  }
}

/** What holds outside all blocks is the user's choice, and it has not been made yet. Ask, and pass it along. */
export class OutsideMissing extends HearthError {
  constructor() {
    super({
      code: 'availability.outside-missing',
      category: 'invalid',
      message: 'The calendar does not say what holds outside its hours. Choose "off" or "reduced".',
    });
  }
}

/** The end of a pause is over already, or too far away to be meant. Ask for another. */
export class PauseTooFar extends HearthError {
  constructor() {
    super({
      code: 'availability.pause-end',
      category: 'invalid',
      message: 'A pause ends within eight days from now, or when you resume.',
    });
  }
}
