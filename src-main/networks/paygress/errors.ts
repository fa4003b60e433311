// What a user can do about what does not work with Paygress.

import { HearthError } from '../../base/errors.ts';

export class NoLease extends HearthError {
  constructor() {
    super({
      code: 'paygress.no-lease',
      category: 'invalid',
      message: 'There is no lease by that number that still runs. “hearth paygress leases” lists them.',
    });
  }
}

export class KeyInUse extends HearthError {
  constructor() {
    super({
      code: 'paygress.key-in-use',
      category: 'conflict',
      message: 'The key is in use: leave Paygress first, and bring in the other key then.',
    });
  }
}

/** What customers are owed, they are owed by the key that they know. */
export class KeyHeld extends HearthError {
  constructor() {
    super({
      code: 'paygress.key-held',
      category: 'conflict',
      message:
        'Customers of this key still have a machine or wait for a refund. Leave Paygress and wait until all of it has ended, then replace the key.',
    });
  }
}

export class NotRunning extends HearthError {
  constructor() {
    super({
      code: 'paygress.not-running',
      category: 'unavailable',
      message: 'Paygress does not run on this node, so this can’t be done now. Join it, or start it again.',
    });
  }
}
