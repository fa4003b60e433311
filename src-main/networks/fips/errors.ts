// What can go wrong with this node of the mesh, each with what to do next. What other nodes say stays out of sentences.

import { HearthError } from '../../base/errors.ts';

/** Its text is never repeated. */
export class KeyInvalid extends HearthError {
  constructor() {
    super({
      code: 'fips.key-invalid',
      category: 'invalid',
      message:
        'The key is no secret key: an nsec, or 64 hex digits above zero and below the order of the curve. Enter it again under networks.fips.key.',
    });
  }
}

/** No transport could have the place where it is to listen. */
export class ListenRefused extends HearthError {
  /** `setting`: where another place is chosen. */
  constructor(taken: boolean, where: string, setting: string, cause: unknown) {
    super({
      code: taken ? 'fips.port-taken' : 'fips.port-refused',
      category: 'unavailable',
      message: taken
        ? `Another program uses ${where}. Stop that program, or choose another port under ${setting}.`
        : `Hearth can't listen on ${where}. Check what is set under ${setting}, and take a port above 1023.`,
      details: { where, setting },
      cause,
    });
  }
}

export class NotRunning extends HearthError {
  constructor() {
    super({
      code: 'fips.not-running',
      category: 'conflict',
      message: 'This computer has not joined FIPS. Switch it on under Network first.',
    });
  }
}

type Wrong = 'npub' | 'address' | 'self' | 'no-address' | 'not-neighbour';

const WRONG: Readonly<Record<Wrong, string>> = {
  npub: 'That is no npub: npub1 and 58 letters and digits, with a sum that tells mistakes. Copy it again from the other computer.',
  address: 'That is no address of the form host:port, such as 192.0.2.7:2121. Enter it again.',
  self: 'That is this computer’s own key. Enter the key of the other one.',
  'no-address': 'No address is known for that node. Say one, as in 192.0.2.7:2121, or add it to the peers.',
  'not-neighbour': 'That node is no neighbour, and none of the peers. Look at hearth fips peers.',
};

/** What a user has asked for can't be done so. */
export class PeerRefused extends HearthError {
  constructor(why: Wrong) {
    super({ code: `fips.peer-${why}`, category: 'invalid', message: WRONG[why] });
  }
}

type SocketFault = 'taken' | 'too-long' | 'refused' | 'no-folder' | 'unsupported';

const SOCKET: Readonly<Record<SocketFault, string>> = {
  taken:
    'Another node answers on the socket for fipsctl. Stop it, or set another path under networks.fips.controlSocket.',
  'too-long':
    'The path of the socket for fipsctl is longer than the system takes. Set a shorter one under networks.fips.controlSocket.',
  refused: 'The socket for fipsctl can’t be made there. Set another path under networks.fips.controlSocket.',
  'no-folder': 'This system has no folder for sockets of this account. Set a path under networks.fips.controlSocket.',
  unsupported:
    'On Windows any account could use the port that fipsctl asks, so Hearth does not open it. Use hearth fips.',
};

export class ControlRefused extends HearthError {
  constructor(why: SocketFault, cause?: unknown) {
    super({ code: `fips.control-${why}`, category: 'conflict', message: SOCKET[why], cause });
  }
}
