// What a user or a network can do about what went wrong with keys, relays and messages.

import { HearthError } from '../base/errors.ts';

export class BadRelayAddress extends HearthError {
  constructor() {
    super({
      code: 'nostr.relay-address',
      category: 'invalid',
      message:
        'That is not the address of a relay. It begins with wss:// and has no user name, query or fragment; ws:// is for relays in your own network.',
    });
  }
}

export class TooManyRelays extends HearthError {
  constructor(most: number) {
    super({
      code: 'nostr.too-many-relays',
      category: 'exhausted',
      message: `No more than ${most} relays can be used at once. Take one out first.`,
      details: { most },
    });
  }
}

export class NoKey extends HearthError {
  constructor() {
    super({
      code: 'nostr.no-key',
      category: 'denied',
      message: 'There is no Nostr key yet. Make one, or bring in your own.',
    });
  }
}

/** Another key over the first one would lose the name that customers know. */
export class KeyExists extends HearthError {
  constructor() {
    super({
      code: 'nostr.key-exists',
      category: 'conflict',
      message: 'There is a Nostr key already. Save it if you need it, and say that the other one is to replace it.',
    });
  }
}

export class BadKey extends HearthError {
  constructor() {
    super({
      code: 'nostr.bad-key',
      category: 'invalid',
      message:
        'This is not a secret Nostr key. It begins with nsec1 or ncryptsec1, or has 64 digits of 0 to 9 and a to f.',
    });
  }
}

export class WrongKeyPassword extends HearthError {
  constructor() {
    super({
      code: 'nostr.key-password',
      category: 'denied',
      message: 'This password does not open the key. Look for a typing mistake, and for capital letters.',
    });
  }
}

/** Work that a stranger’s file would have this computer do. */
export class KeyTooCostly extends HearthError {
  constructor(cost: number) {
    super({
      code: 'nostr.key-cost',
      category: 'invalid',
      message: `Opening this key takes more memory than Hearth gives to it (strength ${cost}). Open it in the program that sealed it and bring in the nsec.`,
      details: { cost },
    });
  }
}

export class OutboxFull extends HearthError {
  constructor(most: number) {
    super({
      code: 'nostr.outbox-full',
      category: 'exhausted',
      message: `${most} messages wait for your relays already. Look at the relays: none of them takes anything.`,
      details: { most },
    });
  }
}
