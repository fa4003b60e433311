// The forms of a public key that people read and type (NIP-19), apart from the secret ones, which take a library more.

import { bech32 } from '@scure/base';
import { fromHex, toHex } from './hex.ts';

const HEX = /^[0-9a-f]{64}$/;
const PREFIX = 'npub';
/** Prefix, separator, 32 bytes by five bits, checksum. */
const LENGTH = 63;

/** `publicKey`: 32 bytes in hex. */
export const npubOf = (publicKey: string): string => bech32.encode(PREFIX, bech32.toWords(fromHex(publicKey)));

/** Hex of a public key that is written as npub or as hex already; undefined: neither. */
export function readPublicKey(text: string): string | undefined {
  const typed = text.trim().toLowerCase();
  if (HEX.test(typed)) return typed;
  if (typed.length !== LENGTH) return undefined;
  const decoded = bech32.decodeUnsafe(typed);
  const bytes = decoded?.prefix === PREFIX ? bech32.fromWordsUnsafe(decoded.words) : undefined;
  return bytes?.length === 32 ? toHex(bytes) : undefined;
}
