// The forms in which people keep a secret Nostr key: nsec (NIP-19), sealed by a password (NIP-49), and plain hex. 32 bytes out.

import { bech32 } from '@scure/base';
import { decode, nsecEncode } from 'nostr-tools/nip19';
import { decrypt } from 'nostr-tools/nip49';
import { isSecret } from '../keys/secp256k1.ts';
import { KEY } from './bounds.ts';
import { BadKey, KeyTooCostly, WrongKeyPassword } from './errors.ts';
import { fromHex } from './hex.ts';

const HEX = /^[0-9a-f]{64}$/;

/** `password`: of a sealed one. Throws BadKey, KeyTooCostly, WrongKeyPassword. */
export function readSecretKey(text: string, password = ''): Uint8Array {
  if (text.length > KEY.text) throw new BadKey();
  const typed = text.trim().toLowerCase();
  const secret = typed.startsWith('ncryptsec1') ? opened(typed, password) : plain(typed);
  if (!isSecret(secret)) throw new BadKey();
  return secret;
}

export const nsecOf = (secret: Uint8Array): string => nsecEncode(secret);

function plain(text: string): Uint8Array {
  if (HEX.test(text)) return fromHex(text);
  try {
    const { type, data } = decode(text);
    if (type === 'nsec') return data;
  } catch {
    // Its sentences are for programmers.
  }
  throw new BadKey();
}

function opened(text: string, password: string): Uint8Array {
  const cost = costOf(text);
  if (cost > KEY.cost) throw new KeyTooCostly(cost);
  try {
    return decrypt(text, password);
  } catch {
    throw new WrongKeyPassword();
  }
}

/** LOG_N of scrypt, which stands in the clear (NIP-49): looked at before any of that work is done. */
function costOf(text: string): number {
  let bytes: Uint8Array;
  try {
    bytes = bech32.fromWords(bech32.decode(text as `ncryptsec1${string}`, KEY.text).words);
  } catch {
    throw new BadKey();
  }
  const [version, cost] = bytes;
  if (version !== 2 || cost === undefined || bytes.length !== LENGTH) throw new BadKey();
  return cost;
}

/** Version, cost, salt, nonce, what the program knew of the key, the key and its tag. */
const LENGTH = 1 + 1 + 16 + 24 + 1 + 32 + 16;
