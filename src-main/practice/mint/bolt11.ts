// Lightning invoices as text (BOLT-11), with a node key made for the purpose: real ones to any reader, though no channel leads
// anywhere.

import { createHash } from 'node:crypto';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { bech32 } from '@scure/base';

export interface NewInvoice {
  readonly amountMsat: number;
  /** Epoch seconds. */
  readonly at: number;
  readonly expiryS: number;
  /** 32 bytes each. */
  readonly paymentHash: Uint8Array;
  readonly paymentSecret: Uint8Array;
  readonly nodeKey: Uint8Array;
  readonly description: string;
}

/** By letter, the number of a tagged field. */
const TAG = { p: 1, s: 16, d: 13, x: 6, features: 5 } as const;
/** Bits 8 and 14 (BOLT-9): onions of any length, and a payment secret, without which readers refuse one that has it. */
const FEATURES = (1 << 8) | (1 << 14);

export function encodeInvoice(invoice: NewInvoice): string {
  const { amountMsat, at, expiryS, paymentHash, paymentSecret, nodeKey, description } = invoice;
  // Picobitcoin are a tenth of a millisatoshi.
  const prefix = `lnbc${amountMsat * 10}p`;
  const words = [
    ...numberWords(at, 7),
    ...field(TAG.p, bech32.toWords(paymentHash)),
    ...field(TAG.s, bech32.toWords(paymentSecret)),
    ...field(TAG.d, bech32.toWords(new TextEncoder().encode(description))),
    ...field(TAG.x, numberWords(expiryS)),
    ...field(TAG.features, numberWords(FEATURES)),
  ];
  const signed = Buffer.concat([Buffer.from(prefix), bytesOf(words)]);
  const digest = createHash('sha256').update(signed).digest();
  const [recovery = 0, ...compact] = secp256k1.sign(digest, nodeKey, { prehash: false, format: 'recovered' });
  return bech32.encode(prefix, [...words, ...bech32.toWords(Uint8Array.from([...compact, recovery]))], false);
}

function field(tag: number, words: readonly number[]): number[] {
  return [tag, words.length >> 5, words.length & 31, ...words];
}

/** Big-endian, five bits each; as few as it takes where no length is given. */
function numberWords(value: number, length?: number): number[] {
  const words: number[] = [];
  for (let left = value; left > 0; left = Math.floor(left / 32)) words.unshift(left % 32);
  while (words.length < (length ?? 1)) words.unshift(0);
  return words;
}

/** Bits of all words in bytes, filled up with zeros: what is signed. */
function bytesOf(words: readonly number[]): Uint8Array {
  const bytes: number[] = [];
  let [held, bits] = [0, 0];
  for (const word of words) {
    held = (held << 5) | word;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((held >> bits) & 255);
      held &= (1 << bits) - 1;
    }
  }
  if (bits > 0) bytes.push((held << (8 - bits)) & 255);
  return Uint8Array.from(bytes);
}
