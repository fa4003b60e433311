// The node's key as it is known before Nostr is loaded.

import { Secp256k1 } from '../../keys/secp256k1.ts';
import { npubOf } from '../../nostr/npub.ts';
import type { Vault } from '../../secrets/vault.ts';
import type { PublicIdentity } from '../network.ts';

export const KEY = 'paygress.nostr-key';

/** undefined: none was made or brought in yet. */
export function knownKey(held: Pick<Vault, 'get'>): PublicIdentity | undefined {
  const kept = held.get(KEY);
  if (kept === undefined) return undefined;
  const secret = Uint8Array.from(Buffer.from(kept, 'hex'));
  const publicKey = Buffer.from(new Secp256k1().xOnly(secret)).toString('hex');
  return { nodeId: npubOf(publicKey), publicKey };
}
