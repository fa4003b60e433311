// What is kept of a lease and nobody else may read, such as the password of its box: encrypted to this node's own Nostr key, which is
// itself sealed.

import type { Signer } from '../../nostr/signer.ts';

export interface Seal {
  seal(text: string): string;
  /** Undefined where it was sealed by another key: its user has taken another one since. */
  open(sealed: string): string | undefined;
}

export function sealBy(signer: Pick<Signer, 'publicKey' | 'encrypt' | 'decrypt'>): Seal {
  return {
    seal: (text) => signer.encrypt(text, signer.publicKey ?? ''),
    open(sealed) {
      try {
        return signer.decrypt(sealed, signer.publicKey ?? '');
      } catch {
        return undefined;
      }
    },
  };
}
