// What a public key is called: npub (NIP-19), node_addr (the first 16 bytes of its SHA-256) and the IPv6 address made of that. Names
// follow from keys and not the other way round, so a node that has only an address asks for the key.

import { hash } from 'node:crypto';
import { bech32 } from '@scure/base';
import { isPoint } from '../../../keys/secp256k1.ts';
import { addressText } from '../../../reachability/address-bytes.ts';

/** 16 bytes as 32 lowercase hex digits, whose order as text is that of the bytes: the smaller one wins every tie. */
export type NodeAddr = string;

export const NODE_ADDR_BYTES = 16;
const KEY_BYTES = 32;
const ULA = 0xfd;

/** `xOnly`: 32 bytes, as BIP-340 has public keys. */
export function nodeAddrOf(xOnly: Uint8Array): NodeAddr {
  return hash('sha256', xOnly, 'hex').slice(0, 2 * NODE_ADDR_BYTES);
}

export function nodeAddrBytes(addr: NodeAddr): Buffer {
  return Buffer.from(addr, 'hex');
}

/** An address in fd00::/8 with the first 15 bytes of the node_addr. */
export function ipv6Bytes(addr: NodeAddr): Buffer {
  return Buffer.concat([Buffer.of(ULA), nodeAddrBytes(addr).subarray(0, NODE_ADDR_BYTES - 1)]);
}

/** The same in its canonical form (RFC 5952). */
export function ipv6Of(addr: NodeAddr): string {
  return addressText(ipv6Bytes(addr));
}

export function encodeNpub(xOnly: Uint8Array): string {
  return bech32.encodeFromBytes('npub', xOnly);
}

/** The key, x alone; undefined: it is no npub, or names no point of the curve. */
export function decodeNpub(text: string): Buffer | undefined {
  const key = decodeKey(text, 'npub');
  return key && isPoint(withEvenY(key)) ? key : undefined;
}

/** 32 bytes of an nsec; undefined: it is none. */
export function decodeNsec(text: string): Buffer | undefined {
  return decodeKey(text, 'nsec');
}

/** As lists show it where it has no other name: `npub1`, four characters, three dots and the last four. */
export function shortNpub(npub: string): string {
  return `${npub.slice(0, 9)}...${npub.slice(-4)}`;
}

/** The compressed form of a key of which only x is known: either y gives the same shared secrets. */
export function withEvenY(xOnly: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(0x02), xOnly]);
}

function decodeKey(text: string, prefix: string): Buffer | undefined {
  const decoded = bech32.decodeUnsafe(text, 90);
  const bytes = decoded?.prefix === prefix ? bech32.fromWordsUnsafe(decoded.words) : undefined;
  return bytes instanceof Uint8Array && bytes.length === KEY_BYTES ? Buffer.from(bytes) : undefined;
}
