// Keys and signatures of releases for tests, in minisign's format and by code of their own, so that a mistake in ours can't
// hide. The keys are made anew each time; none is ever written down.
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

export interface ReleaseKey {
  /** The public half, as minisign writes it. */
  readonly line: string;
  readonly id: Buffer;
  readonly secret: KeyObject;
}

export function makeReleaseKey(id: Buffer = randomBytes(8)): ReleaseKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const bytes = Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url');
  return { line: Buffer.concat([Buffer.from('Ed'), id, bytes]).toString('base64'), id, secret: privateKey };
}

/** The file of public keys that is packed with the app. */
export function keysFile(...keys: readonly ReleaseKey[]): string {
  return `# of a test\n${keys.map(({ line }) => `${line}\n`).join('')}`;
}

export interface Signing {
  readonly comment: string;
  readonly untrusted?: string;
  /** `Ed` is minisign's older kind, over the file itself. */
  readonly kind?: 'ED' | 'Ed';
}

export function signed(bytes: Buffer | string, key: ReleaseKey, { comment, untrusted = 'x', kind = 'ED' }: Signing) {
  const digest = kind === 'ED' ? createHash('blake2b512').update(bytes).digest() : Buffer.from(bytes);
  const signature = sign(null, digest, key.secret);
  const whole = sign(null, Buffer.concat([signature, Buffer.from(comment)]), key.secret);
  const first = Buffer.concat([Buffer.from(kind), key.id, signature]).toString('base64');
  return `untrusted comment: ${untrusted}\n${first}\ntrusted comment: ${comment}\n${whole.toString('base64')}\n`;
}

export interface MadeFeed {
  readonly name?: string;
  readonly version?: string;
  /** Epoch seconds. */
  readonly at?: number;
  readonly files?: Readonly<Record<string, string | Buffer>>;
}

/** The list of a release as it is published, and its signature. */
export function makeFeed(
  key: ReleaseKey,
  given: MadeFeed = {},
): { readonly bytes: Buffer; readonly signature: string } {
  const { name = 'latest-linux.yml', version = '99.0.0', at = 1_800_000_000 } = given;
  const files = Object.entries(given.files ?? { 'Hearth.AppImage': 'the new program' }).map(([url, content]) => ({
    url,
    sha512: createHash('sha512').update(content).digest('base64'),
    size: Buffer.byteLength(content),
  }));
  const bytes = Buffer.from(JSON.stringify({ version, files, releaseDate: '2027-01-15T08:00:00.000Z' }));
  const comment = `timestamp:${at}\tfile:${name}\tversion:${version}`;
  return { bytes, signature: signed(bytes, key, { comment }) };
}
