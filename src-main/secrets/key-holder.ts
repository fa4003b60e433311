// Who keeps the data key while Hearth does not run.

export type HolderName = 'file' | 'passphrase' | 'keychain';

export interface KeyHolder {
  readonly name: HolderName;
  /** The file that a user would have to put back if it were gone. */
  readonly file: string;
  /** Whether it holds a key, well or not. */
  has(): boolean;
  /** The data key. Throws KeyMissing, WrongPassphrase, PassphraseNeeded. */
  load(): Promise<Buffer>;
  /** Takes the key over, on disk when this resolves. */
  store(key: Uint8Array): Promise<void>;
  /** Lets go of it, after another holder has taken it over. */
  forget(): void;
}
