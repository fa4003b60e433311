// The other side of a node's signatures, written apart from the node's own so that a shared mistake can't hide: who signed a text.

import { secp256k1 } from '@noble/curves/secp256k1.js';
import { keccak_256 } from '@noble/hashes/sha3.js';

const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));

/** The address that made a personal signature (EIP-191) of a text; undefined where it is none. */
export function personalSigner(text: string, signature: string): string | undefined {
  if (!/^0x[0-9a-f]{130}$/i.test(signature)) return undefined;
  const bytes = bytesOf(signature.slice(2));
  const v = bytes[64]!;
  const prefix = `\u0019Ethereum Signed Message:\n${Buffer.byteLength(text, 'utf8')}`;
  return signerOf(keccak_256(Buffer.from(prefix + text, 'utf8')), bytes, v >= 27 ? v - 27 : v);
}

/** The same of a registration, whose text is hashed as it is. */
export function plainSigner(text: string, signature: string): string | undefined {
  if (!/^[0-9a-f]{130}$/.test(signature)) return undefined;
  const bytes = bytesOf(signature);
  return signerOf(keccak_256(Buffer.from(text, 'utf8')), bytes, bytes[64]!);
}

/** Of an uncompressed public key in hex. */
export function addressOf(publicKey: string): string {
  const hash = keccak_256(bytesOf(publicKey).subarray(1));
  return `0x${Buffer.from(hash.subarray(12)).toString('hex')}`;
}

function signerOf(digest: Uint8Array, rsv: Uint8Array, recovery: number): string | undefined {
  try {
    const signature = secp256k1.Signature.fromBytes(rsv.subarray(0, 64), 'compact').addRecoveryBit(recovery);
    if (signature.hasHighS()) return undefined;
    return addressOf(Buffer.from(signature.recoverPublicKey(digest).toBytes(false)).toString('hex'));
  } catch {
    return undefined;
  }
}
