// The nonces that a prober is about to bring here. Nothing else proves that it was this node that was reached.

import { timingSafeEqual } from 'node:crypto';
import { REACH } from './bounds.ts';

export interface Waiting {
  /** Whether it came in, by the family that was being tried. */
  arrived(): boolean;
  /** From now on callers with it are not answered. */
  end(): void;
}

interface Nonce {
  readonly bytes: Buffer;
  readonly family: 4 | 6;
  arrived: boolean;
}

/** A nonce as it stands in a path: 32 hex digits, lower case. */
export const NONCE = /^[0-9a-f]{32}$/;

export class PendingNonces {
  readonly #nonces = new Set<Nonce>();

  /** The caller ends it; until then a caller with it by this family is evidence. */
  expect(text: string, family: 4 | 6): Waiting {
    const nonce: Nonce = { bytes: Buffer.from(text, 'hex'), family, arrived: false };
    if (this.#nonces.size < REACH.nonces) this.#nonces.add(nonce);
    return { arrived: () => nonce.arrived, end: () => this.#nonces.delete(nonce) };
  }

  /** Whether that is waited for right now. All are compared, each in the same time. */
  bring(text: string, family: 4 | 6): boolean {
    if (!NONCE.test(text)) return false;
    const brought = Buffer.from(text, 'hex');
    let known = false;
    for (const nonce of this.#nonces) {
      if (nonce.bytes.length !== brought.length || !timingSafeEqual(nonce.bytes, brought)) continue;
      known = true;
      if (nonce.family === family) nonce.arrived = true;
    }
    return known;
  }
}
