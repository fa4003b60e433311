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

export class EngineDiffers extends HearthError {
  constructor(engine: string) {
    super({
      code: 'boxes.engine-differs',
      category: 'unavailable',
      message: `What answers is ${engine}, and another engine was chosen to make boxes. Hearth tries again; if this stays, choose the engine anew on the page Capacity.`,
      details: { engine },
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

/** Its network alone can give back what is left of its payment, and makes it again where its lease goes on. */
export class BoxRented extends HearthError {
  constructor(id: string, network: string) {
    super({
      code: 'boxes.rented',
      category: 'conflict',
      message: `The box ${id} is rented out by ${network}, and Hearth does not run to pay back its customer. Start Hearth, then end the box.`,
      details: { id, network },
    });
  }
}

export class RentalsUnknown extends HearthError {
  constructor(id: string) {
    super({
      code: 'boxes.rentals-unknown',
      category: 'unavailable',
      message: `Hearth can’t tell whether the box ${id} is rented out, so it stays. Restart Hearth and try again; the log says which network failed.`,
      details: { id },
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
