// Addresses of mints, in the one form that they are compared and kept in.

import { normalizeMintUrl } from '@cashu/cashu-ts';
import { BadMintAddress } from '../errors.ts';

const LONGEST = 512;

/** Small letters, no slash at the end; http only where the user's own network is meant, or an onion service. Throws BadMintAddress. */
export function mintUrl(text: string): string {
  try {
    if (text.length > LONGEST) throw new RangeError('too long');
    return normalizeMintUrl(text.trim());
  } catch (error) {
    throw new BadMintAddress(error);
  }
}
