// Why a forward can't be made.

import { HearthError } from '../../../base/errors.ts';

export class ForwardPortTaken extends HearthError {
  constructor(port: number, cause?: unknown) {
    super({
      code: 'fips.forward-port-taken',
      category: 'conflict',
      message: `Port ${port} is used by another program or forward, or is not free for programs of this user. Choose another one.`,
      details: { port },
      cause,
    });
  }
}

export class ForwardNodeUnknown extends HearthError {
  constructor(name: string) {
    const given = name.slice(0, 64);
    super({
      code: 'fips.forward-node-unknown',
      category: 'invalid',
      message: `${given} is no npub and no name of a node. Use its npub, or give it a name first.`,
      details: { name: given },
    });
  }
}

/** It would let everybody in, or lead somewhere else than to this computer. */
export class ForwardInvalid extends HearthError {
  constructor(what: 'port' | 'target' | 'allow' | 'too-many') {
    const messages = {
      port: 'A forward needs a port from 1 to 65535.',
      target: 'A forward for others leads to a port of this computer alone: 127.0.0.1 or ::1.',
      allow: 'A forward for others needs at least one npub of a node that may use it, and at most 1000.',
      'too-many': 'There are as many forwards as there may be. Remove one first.',
    };
    super({ code: `fips.forward-${what}`, category: 'invalid', message: messages[what] });
  }
}
