// Logging in with a wallet at the discovery service (EIP-4361, in the form that it expects): it hands out a challenge, which is put into
// one text and signed. The text has one empty line after the address, where EIP-4361 has two.

import { z } from 'zod';
import { POSEMESH } from '../bounds.ts';
import { Garbled } from '../errors.ts';

const CONTROL = /\p{Cc}/u;
const Field = z
  .string()
  .min(1)
  .max(POSEMESH.challengeCharacters)
  .refine((text) => !CONTROL.test(text));

const Challenge = z.object({
  nonce: Field,
  domain: Field,
  uri: Field,
  version: z.literal('1'),
  chainId: z.number().int().positive(),
  issuedAt: Field,
});
export type Challenge = z.infer<typeof Challenge>;

/** What a strict node holds a challenge to besides. */
export interface Strictness {
  readonly ddsBaseUrl: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

const SHORTEST_NONCE = 8;
const FRESH_MS = 60_000;

/** Throws `posemesh.dds-garbled`, which names the field that is missing or wrong. */
export function readChallenge(json: unknown, strict?: Strictness): Challenge {
  const parsed = Challenge.safeParse(json);
  if (!parsed.success) throw new Garbled('dds', String(parsed.error.issues[0]?.path[0] ?? 'no object'));
  const wrong = strict && foreignIn(parsed.data, strict);
  if (wrong) throw new Garbled('dds', wrong);
  return parsed.data;
}

function foreignIn(challenge: Challenge, { ddsBaseUrl, now }: Strictness): keyof Challenge | undefined {
  const { domain, uri, nonce, issuedAt } = challenge;
  const plain = (url: string) => url.replace(/\/+$/, '');
  if (domain !== new URL(ddsBaseUrl).host) return 'domain';
  if (plain(uri) !== plain(ddsBaseUrl)) return 'uri';
  if (nonce.length < SHORTEST_NONCE) return 'nonce';
  // Not a number where it is no time, which no comparison lets through.
  return Math.abs(Date.parse(issuedAt) - now) <= FRESH_MS ? undefined : 'issuedAt';
}

/** The text that is signed: the server's values as they came, no line end behind it. */
export function siweMessage({ domain, uri, version, chainId, nonce, issuedAt }: Challenge, address: string): string {
  return [
    `${domain} wants you to sign in with your Ethereum account:`,
    address,
    '',
    `URI: ${uri}`,
    `Version: ${version}`,
    `Chain ID: ${chainId}`,
    `Nonce: ${nonce}`,
    `Issued At: ${issuedAt}`,
  ].join('\n');
}
