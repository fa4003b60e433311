// The key that signs releases, in the file that `minisign -G` writes: sealed under a passphrase that scrypt makes dear to guess.
// https://jedisct1.github.io/minisign/ has the format, libsodium's crypto_pwhash_scryptsalsa208sha256 the cost.
import { createPrivateKey, createPublicKey, scryptSync, sign } from 'node:crypto';

const AT = { kind: 0, kdf: 2, sum: 4, salt: 6, work: 38, memory: 46, sealed: 54, end: 158 };
/** What lies sealed: the id, Ed25519's seed and public key, and a sum that the public key makes needless. */
const PART = { id: 0, seed: 8, publicKey: 40, sum: 72, end: 104 };
/** PKCS #8 of Ed25519 (RFC 8410), up to the seed itself. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
/** What minisign asks for by itself. */
const MOST_MEMORY = 1024 ** 3;

/**
 * @param {string} text the file's
 * @param {string} passphrase
 * @returns {{ publicKey: Buffer, publicLine: string, sign(bytes: Buffer): Buffer, id: Buffer }}
 */
export function openSecretKey(text, passphrase) {
  const file = fileOf(text);
  const stream = scryptSync(passphrase, file.subarray(AT.salt, AT.work), PART.end, costOf(file));
  const open = Buffer.from(file.subarray(AT.sealed).map((byte, at) => byte ^ stream[at]));
  const privateKey = createPrivateKey({
    key: Buffer.concat([PKCS8, open.subarray(PART.seed, PART.publicKey)]),
    format: 'der',
    type: 'pkcs8',
  });
  const publicKey = open.subarray(PART.publicKey, PART.sum);
  const own = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-publicKey.length);
  if (!own.equals(publicKey)) throw new Error('The passphrase of the release key is another.');
  const id = open.subarray(PART.id, PART.seed);
  return {
    id,
    publicKey,
    publicLine: Buffer.concat([Buffer.from('Ed'), id, publicKey]).toString('base64'),
    sign: (bytes) => sign(null, bytes, privateKey),
  };
}

/** Whether the file is one that a passphrase opens; says why where it is not. */
export function fileOf(text) {
  const file = Buffer.from(text.split('\n')[1] ?? '', 'base64');
  if (file.length !== AT.end || file.toString('latin1', AT.kind, AT.kdf) !== 'Ed') {
    throw new Error('HEARTH_RELEASE_KEY names a file that is no secret key of minisign.');
  }
  if (file.toString('latin1', AT.kdf, AT.sum) !== 'Sc') {
    throw new Error('The release key lies open: give it a passphrase by "minisign -C -s FILE".');
  }
  return file;
}

/** How libsodium chooses scrypt's numbers by work and memory. */
function costOf(file) {
  const work = Number(file.readBigUInt64LE(AT.work));
  const memory = Number(file.readBigUInt64LE(AT.memory));
  if (work > MOST_MEMORY || memory > MOST_MEMORY)
    throw new Error('The release key asks for more memory than minisign does.');
  const r = 8;
  const least = Math.max(32_768, work);
  const scarce = least < memory / 32;
  const log2N = Math.max(1, Math.floor(Math.log2(scarce ? least / (r * 4) : memory / (r * 128))));
  const N = 2 ** log2N;
  const p = scarce ? 1 : Math.max(1, Math.floor(Math.min(least / 4 / N, 0x3fffffff) / r));
  return { N, r, p, maxmem: 128 * N * r + 128 * r * p + 2 ** 20 };
}
