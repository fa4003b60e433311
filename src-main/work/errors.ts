import { HearthError } from '../base/errors.ts';

export class NotALease extends HearthError {
  constructor() {
    super({
      code: 'work.not-a-lease',
      category: 'rejected',
      message:
        'There is no such lease here, or its network does not run, so it can’t be changed. Look at the leases again.',
    });
  }
}

export class LeaseNotSold extends HearthError {
  constructor() {
    super({
      code: 'work.lease-not-sold',
      category: 'rejected',
      message:
        'The lease would outlast the hours that are open for sharing. Sell it for a shorter time, or open more hours.',
    });
  }
}

/** Of what a stranger sent: by the name of the bound, never the text. */
export class JobTextTooLong extends HearthError {
  constructor(member: string, most: number) {
    super({
      code: 'work.text-too-long',
      category: 'rejected',
      message: `One of its texts (${member}) is longer than ${most} characters, so it was not taken. Ask for it again with a shorter one.`,
      details: { member, most },
    });
  }
}
