// Why boxes are not made, or not looked at.

import type { Reason } from '../../../src-preload/contract/define.ts';
import { HearthError } from '../../base/errors.ts';

/** A box would not hold here, or nothing is there to make it with. */
export class BoxesNotOffered extends HearthError {
  constructor(why: Reason) {
    super({
      code: 'boxes.not-offered',
      category: 'unavailable',
      message:
        'No box can be made on this computer now. The page Capacity says why, and so does “hearth workloads probe”.',
      details: { why: why.code },
    });
  }
}

export class BoxUnknown extends HearthError {
  constructor() {
    super({
      code: 'boxes.unknown',
      category: 'invalid',
      message: 'There is no such box any more.',
    });
  }
}

export class PullUnderWay extends HearthError {
  constructor() {
    super({
      code: 'boxes.pull-under-way',
      category: 'conflict',
      message: 'An image is being pulled already. Wait for it, or stop it first.',
    });
  }
}

export class PullStopped extends HearthError {
  constructor() {
    super({ code: 'boxes.pull-stopped', category: 'cancelled', message: 'The pull was stopped.' });
  }
}
