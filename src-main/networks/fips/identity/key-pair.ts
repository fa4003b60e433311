// A new key as text, for a node elsewhere.

import { bech32 } from '@scure/base';
import type { Random } from '../../../base/random.ts';
import { Secp256k1 } from '../../../keys/secp256k1.ts';
import { Identity } from './identity.ts';

export function newKeyPair(random: Random): { readonly nsec: string; readonly npub: string } {
  const secret = new Secp256k1().newSecret(random);
  return { nsec: bech32.encodeFromBytes('nsec', secret), npub: Identity.of(secret)!.npub };
}
