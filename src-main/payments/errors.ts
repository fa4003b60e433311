import { HearthError } from '../base/errors.ts';

/** A chart of so many periods can't be read. Ask for a shorter time, or for longer periods. */
export class SeriesTooLong extends HearthError {
  constructor(most: number) {
    super({
      code: 'earnings.too-long',
      category: 'invalid',
      message: `That is more than ${most} days, weeks or months at once. Ask for a shorter time, or for longer periods.`,
      details: { most },
    });
  }
}

/** The place to go on from is none that a part of an export has named. Begin the export again. */
export class ExportLost extends HearthError {
  constructor() {
    super({
      code: 'earnings.export-lost',
      category: 'invalid',
      message: 'This export can’t be gone on with. Begin it again.',
    });
  }
}

/** A file that is no day card, or not one as it was signed. Ask for it again where it is from. */
export class DayCardBroken extends HearthError {
  constructor(what: 'form' | 'text' | 'signature') {
    super({
      code: `day-card.${what}`,
      category: 'rejected',
      message: SAYS[what],
    });
  }
}

const SAYS = {
  form: 'This is no signed day of a Hearth node, or it was changed.',
  text: 'The words above the card are not what it says: the file was changed.',
  signature: 'The signature does not hold: the card was changed, or signed with another key.',
} as const;
