// The bytes of a STUN binding (RFC 8489), with what RFC 5780 adds to find out how a NAT filters. No sockets here.

import { crc32 } from 'node:zlib';
import { addressText } from '../address-bytes.ts';
import { STUN } from '../bounds.ts';
import type { Endpoint } from '../mapping.ts';

const COOKIE = 0x2112_a442;
const HEADER = 20;
const FINGERPRINT_MASK = 0x5354_554e;
const TYPE = { request: 0x0001, success: 0x0101, failure: 0x0111 } as const;
const ATTRIBUTE = {
  mapped: 0x0001,
  changeRequest: 0x0003,
  errorCode: 0x0009,
  xorMapped: 0x0020,
  fingerprint: 0x8028,
  other: 0x802c,
} as const;
const CHANGE = { address: 4, port: 2 } as const;
export const TRANSACTION_BYTES = 12;

/** From where the server is asked to answer instead of where it was asked. */
export type Change = 'address and port' | 'port';

export interface StunAnswer {
  /** In hex. */
  readonly transaction: string;
  /** Where the request came from, as the server saw it; undefined in a refusal. */
  readonly mapped: Endpoint | undefined;
  /** Another address and port of the same server, where it has one. */
  readonly other: Endpoint | undefined;
  /** Of a refusal, 300 to 699. */
  readonly error: number | undefined;
}

/** `transaction`: 12 random bytes in hex. */
export function encodeBinding(transaction: string, change?: Change): Buffer {
  const id = Buffer.from(transaction, 'hex');
  if (id.length !== TRANSACTION_BYTES) throw new RangeError('a STUN transaction is 12 bytes in hex');
  const bytes = Buffer.alloc(change ? HEADER + 8 : HEADER);
  bytes.writeUInt16BE(TYPE.request, 0);
  bytes.writeUInt16BE(bytes.length - HEADER, 2);
  bytes.writeUInt32BE(COOKIE, 4);
  id.copy(bytes, 8);
  if (change) {
    bytes.writeUInt16BE(ATTRIBUTE.changeRequest, 20);
    bytes.writeUInt16BE(4, 22);
    bytes.writeUInt32BE(change === 'port' ? CHANGE.port : CHANGE.address | CHANGE.port, 24);
  }
  return bytes;
}

/** Undefined: not an answer to a binding request. */
export function decodeStun(bytes: Buffer): StunAnswer | undefined {
  if (bytes.length < HEADER || bytes.length > STUN.datagram || bytes.length % 4 !== 0) return undefined;
  const type = bytes.readUInt16BE(0);
  if (type !== TYPE.success && type !== TYPE.failure) return undefined;
  if (bytes.readUInt16BE(2) !== bytes.length - HEADER || bytes.readUInt32BE(4) !== COOKIE) return undefined;
  let mapped: Endpoint | undefined;
  let plain: Endpoint | undefined;
  let other: Endpoint | undefined;
  let error: number | undefined;
  for (let at = HEADER; at < bytes.length; ) {
    const kind = bytes.readUInt16BE(at);
    const length = bytes.readUInt16BE(at + 2);
    const value = bytes.subarray(at + 4, at + 4 + length);
    const next = at + 4 + Math.ceil(length / 4) * 4;
    if (next > bytes.length) return undefined;
    if (kind === ATTRIBUTE.fingerprint) {
      // It is the last one; whatever comes after it is not covered by it and not read (RFC 8489 14.7).
      if (length !== 4 || value.readUInt32BE(0) !== fingerprintOf(bytes.subarray(0, at))) return undefined;
      break;
    }
    // Of the same attribute twice the first counts (RFC 8489 14).
    if (kind === ATTRIBUTE.xorMapped) mapped ??= endpointOf(value, bytes.subarray(4, HEADER));
    else if (kind === ATTRIBUTE.mapped) plain ??= endpointOf(value);
    else if (kind === ATTRIBUTE.other) other ??= endpointOf(value);
    else if (kind === ATTRIBUTE.errorCode && length >= 4) error ??= (value[2]! & 7) * 100 + value[3]!;
    at = next;
  }
  const transaction = bytes.toString('hex', 8, HEADER);
  if (type === TYPE.failure) return error === undefined ? undefined : { transaction, mapped: undefined, other, error };
  mapped ??= plain;
  return mapped ? { transaction, mapped, other, error: undefined } : undefined;
}

/** `mask`: what the address and port are XORed with, so that routers that rewrite addresses they find leave them alone. */
function endpointOf(value: Buffer, mask: Buffer = Buffer.alloc(16)): Endpoint | undefined {
  const length = value[1] === 1 ? 4 : 16;
  if ((value[1] !== 1 && value[1] !== 2) || value.length !== 4 + length) return undefined;
  const raw = Buffer.from(value.subarray(4).map((byte, index) => byte ^ mask[index]!));
  return {
    address: length === 4 ? raw.join('.') : addressText(raw),
    port: value.readUInt16BE(2) ^ mask.readUInt16BE(0),
  };
}

/** The message's length already counts the fingerprint itself. */
function fingerprintOf(before: Buffer): number {
  return (crc32(before) ^ FINGERPRINT_MASK) >>> 0;
}
