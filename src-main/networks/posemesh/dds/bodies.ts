// What a node registers with, in both ways.

import type { Wallet } from '../wallet/wallet.ts';

export interface Registrant {
  readonly wallet: Wallet;
  readonly secret: string;
  /** A semantic version. */
  readonly version: string;
  /** Sorted. */
  readonly capabilities: readonly string[];
}

/** To be called back at `url`, which is sent and signed as the URL standard writes it. */
export function callbackBody({ wallet, secret, version, capabilities }: Registrant, url: string, now: number) {
  const { href } = new URL(url);
  const timestamp = nanosecondTime(now);
  return {
    url: href,
    version,
    registration_credentials: secret,
    timestamp,
    signature: wallet.signPlain(href + timestamp),
    public_key: wallet.publicKey,
    capabilities,
  };
}

/** Proven by a signed challenge; the address is in its text. */
export function walletBody({ wallet, secret, version, capabilities }: Registrant, message: string) {
  return {
    message,
    signature: wallet.personalSign(message),
    registration_credentials: secret,
    capabilities,
    version,
  };
}

/** UTC with exactly nine digits behind the point, of which a computer's clock has three. */
export function nanosecondTime(now: number): string {
  return new Date(now).toISOString().replace('Z', '000000Z');
}
