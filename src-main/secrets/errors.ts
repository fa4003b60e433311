// Why sealed values cannot be had. None of these is answered by making a new key: that would be a new identity.
import { HearthError } from '../base/errors.ts';

/** There are sealed values and no key. */
export class KeyMissing extends HearthError {
  constructor(file: string, cause?: unknown) {
    super({
      code: 'secrets.key-missing',
      category: 'denied',
      message: `The key to this data folder's secrets is missing or cannot be read. Put back ${file} from a backup of the folder, then start again.`,
      details: { file },
      cause,
    });
  }
}

/** There is a key, and it is another folder's. */
export class KeyWrong extends HearthError {
  constructor(holder: string) {
    super({
      code: 'secrets.key-wrong',
      category: 'denied',
      message:
        "The key in this data folder does not open its secrets. Put back the folder's own key from a backup, then start again.",
      details: { holder },
    });
  }
}

export class WrongPassphrase extends HearthError {
  constructor() {
    super({
      code: 'secrets.wrong-passphrase',
      category: 'denied',
      message: "That is not the passphrase of this data folder's secrets. Try again.",
    });
  }
}

/** A passphrase is needed and this way of starting cannot ask for one, or the new one is too short. */
export class PassphraseNeeded extends HearthError {
  constructor(message: string) {
    super({ code: 'secrets.passphrase-needed', category: 'denied', message });
  }
}

/** The key is kept by something that this way of starting cannot reach, such as the desktop's keychain. */
export class HolderUnavailable extends HearthError {
  constructor(holder: string) {
    super({
      code: 'secrets.holder-unavailable',
      category: 'denied',
      message: `The key to this data folder's secrets is kept by "${holder}", which cannot be reached from here. Start Hearth the way you did before.`,
      details: { holder },
    });
  }
}

/** The keychain is locked, not there, or protects nothing on this desktop. */
export class KeychainClosed extends HearthError {
  constructor() {
    super({
      code: 'secrets.keychain-closed',
      category: 'denied',
      message:
        "This desktop's keychain is locked, or there is none that protects what it is given. Unlock it, or log in as you did before, then try again.",
    });
  }
}

/** The keychain is open and does not know the key any more, e.g. because it was reset. */
export class KeychainLost extends HearthError {
  constructor(file: string, cause?: unknown) {
    super({
      code: 'secrets.keychain-lost',
      category: 'denied',
      message:
        "This desktop's keychain no longer opens the key to this data folder's secrets. Restore the keychain, or put back a backup of the folder, then start again.",
      details: { file },
      cause,
    });
  }
}

/** One sealed value does not open although the key is right. Setting it anew mends it. */
export class SecretDamaged extends HearthError {
  constructor(name: string) {
    super({
      code: 'secrets.damaged',
      category: 'broken',
      message: 'A sealed value in the database is damaged. Set it again, or put back a backup of the data folder.',
      details: { name },
    });
  }
}
