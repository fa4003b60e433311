// The keys whose releases this app takes: one in use and one spare, in a file that is packed with the program, where the sum
// over its archive covers them too. A checkout without releases has none, and then nothing is taken.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PublicKey, publicKeyOf } from './minisign.ts';

/** In the app's folder. */
export const KEYS_FILE = 'build/release-keys';
/** More would be more that can leak; fewer would leave no way on once it has. */
const KEYS = 2;

/** What is built in: both keys, or none. */
export function builtInKeys(appFolder: string): readonly PublicKey[] {
  try {
    return releaseKeys(readFileSync(join(appFolder, KEYS_FILE), 'utf8')) ?? [];
  } catch {
    return [];
  }
}

/** Two different keys, a line each, besides comments; undefined where the text holds anything else. */
export function releaseKeys(text: string): readonly PublicKey[] | undefined {
  const lines = text.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'));
  const keys = lines.map(publicKeyOf).filter((key) => key !== undefined);
  const different = new Set(keys.map(({ bytes }) => bytes.toString('hex'))).size;
  return lines.length === KEYS && different === KEYS ? keys : undefined;
}
