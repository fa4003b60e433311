import { randomBytes, scryptSync } from 'node:crypto';
import type { ReleaseKey } from './release.ts';

/** The secret half as a file of `minisign -G`, with scrypt's cost as low as the format allows. */
export function secretFile({ line, id, secret }: ReleaseKey, passphrase: string): string {
  const WORK = 32_768;
  const MEMORY = 16 * 1024 * 1024;
  const salt = randomBytes(32);
  const publicKey = Buffer.from(line, 'base64').subarray(10);
  const seed = Buffer.from(secret.export({ format: 'jwk' }).d!, 'base64url');
  // The sum at the end is a shorter BLAKE2b than Node has; ours is held against the public key instead.
  const open = Buffer.concat([id, seed, publicKey, Buffer.alloc(32)]);
  const stream = scryptSync(passphrase, salt, open.length, { N: 1024, r: 8, p: 1, maxmem: 64 * 1024 * 1024 });
  const cost = Buffer.alloc(16);
  cost.writeBigUInt64LE(BigInt(WORK), 0);
  cost.writeBigUInt64LE(BigInt(MEMORY), 8);
  const sealed = open.map((byte, at) => byte ^ stream[at]!);
  const blob = Buffer.concat([Buffer.from('EdScB2'), salt, cost, sealed]);
  return `untrusted comment: a key of a test\n${blob.toString('base64')}\n`;
}
