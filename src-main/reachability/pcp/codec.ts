// The bytes of the Port Control Protocol, version 2 (RFC 6887). No sockets here: requests out, answers in.

import { addressBytes, addressText } from '../address-bytes.ts';
import { DATAGRAMS } from '../bounds.ts';
import type { Transport } from '../mapping.ts';

const VERSION = 2;
const HEADER = 24;
const MAP_LENGTH = HEADER + 36;
const OPCODE = { announce: 0, map: 1 } as const;
const ANSWER = 0x80;
const OPTION = { thirdParty: 1, preferFailure: 2 } as const;
const IP_PROTOCOL = { tcp: 6, udp: 17 } as const satisfies Record<Transport, number>;
export const NONCE_BYTES = 12;

/** RFC 6887 7.4. */
export const PCP_RESULT = {
  success: 0,
  unsupportedVersion: 1,
  notAuthorized: 2,
  malformedRequest: 3,
  unsupportedOpcode: 4,
  unsupportedOption: 5,
  malformedOption: 6,
  networkFailure: 7,
  noResources: 8,
  unsupportedProtocol: 9,
  quotaExceeded: 10,
  cannotProvideExternal: 11,
  addressMismatch: 12,
  excessiveRemotePeers: 13,
} as const;

export interface PcpMapRequest {
  /** Our address as we know it: a router that sees another one has a router between us and itself. */
  readonly client: string;
  /** 12 bytes in hex. */
  readonly nonce: string;
  readonly transport: Transport;
  readonly internalPort: number;
  /** 0: any. */
  readonly suggestedPort: number;
  /** Undefined: any. */
  readonly suggestedAddress?: string;
  /** Seconds; 0 deletes. */
  readonly lifetime: number;
  /** Refuse rather than give another port or address (RFC 6887 13.2). */
  readonly preferFailure?: boolean;
  /** Map for this address instead of the client's (RFC 6887 13.1). */
  readonly thirdParty?: string;
}

interface PcpAnswerHeader {
  readonly result: number;
  /** Seconds: of the mapping, or how long an error holds. */
  readonly lifetime: number;
  /** Seconds since the router lost its state. */
  readonly epoch: number;
}

export interface PcpGrant {
  readonly nonce: string;
  readonly transport: Transport;
  readonly internalPort: number;
  readonly externalPort: number;
  readonly externalAddress: string;
}

export type PcpAnswer =
  | (PcpAnswerHeader & { readonly kind: 'announce' })
  /** A refusal may be shorter than a grant; then it is not known which request it is for. */
  | (PcpAnswerHeader & { readonly kind: 'map'; readonly grant: PcpGrant | undefined })
  | { readonly kind: 'other-dialect' };

export function encodeAnnounce(client: string): Buffer {
  return header(OPCODE.announce, 0, client, HEADER);
}

export function encodeMap(request: PcpMapRequest): Buffer {
  const nonce = Buffer.from(request.nonce, 'hex');
  if (nonce.length !== NONCE_BYTES) throw new RangeError('a PCP nonce is 12 bytes in hex');
  const bytes = header(OPCODE.map, request.lifetime, request.client, MAP_LENGTH);
  nonce.copy(bytes, 24);
  bytes[36] = IP_PROTOCOL[request.transport];
  bytes.writeUInt16BE(request.internalPort, 40);
  bytes.writeUInt16BE(request.suggestedPort, 42);
  const any = request.client.includes(':') ? '::' : '0.0.0.0';
  addressBytes(request.suggestedAddress ?? any).copy(bytes, 44);
  const options: Buffer[] = [];
  if (request.thirdParty !== undefined) options.push(option(OPTION.thirdParty, addressBytes(request.thirdParty)));
  if (request.preferFailure) options.push(option(OPTION.preferFailure, Buffer.alloc(0)));
  return Buffer.concat([bytes, ...options]);
}

/** Undefined: not an answer of this protocol. */
export function decodePcp(bytes: Buffer): PcpAnswer | undefined {
  if (isOtherDialect(bytes)) return { kind: 'other-dialect' };
  if (bytes.length < HEADER || bytes.length > DATAGRAMS.datagram || bytes.length % 4 !== 0 || bytes[0] !== VERSION)
    return;
  const head = { result: bytes[3] ?? 0, lifetime: bytes.readUInt32BE(4), epoch: bytes.readUInt32BE(8) };
  switch (bytes[1]) {
    case ANSWER | OPCODE.announce:
      return { kind: 'announce', ...head };
    case ANSWER | OPCODE.map: {
      if (bytes.length < MAP_LENGTH) {
        return head.result === PCP_RESULT.success ? undefined : { kind: 'map', ...head, grant: undefined };
      }
      const transport = transportOf(bytes[36]);
      if (!transport || !hasWholeOptions(bytes)) return;
      const grant = {
        nonce: bytes.toString('hex', 24, 36),
        transport,
        internalPort: bytes.readUInt16BE(40),
        externalPort: bytes.readUInt16BE(42),
        externalAddress: addressText(bytes.subarray(44, 60)),
      };
      return { kind: 'map', ...head, grant };
    }
    default:
      return undefined;
  }
}

/** A NAT-PMP router says in its own dialect that it does not know this version (RFC 6886 3.5, RFC 6887 9). */
function isOtherDialect(bytes: Buffer): boolean {
  return (
    bytes.length >= 8 &&
    bytes[0] === 0 &&
    bytes[1]! >= ANSWER &&
    bytes.readUInt16BE(2) === PCP_RESULT.unsupportedVersion
  );
}

function header(opcode: number, lifetime: number, client: string, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  bytes[0] = VERSION;
  bytes[1] = opcode;
  bytes.writeUInt32BE(lifetime, 4);
  addressBytes(client).copy(bytes, 8);
  return bytes;
}

function option(code: number, data: Buffer): Buffer {
  const bytes = Buffer.alloc(4 + Math.ceil(data.length / 4) * 4);
  bytes[0] = code;
  bytes.writeUInt16BE(data.length, 2);
  data.copy(bytes, 4);
  return bytes;
}

/** What a router echoes there is of no interest, but it must not reach beyond the datagram. */
function hasWholeOptions(bytes: Buffer): boolean {
  let at = MAP_LENGTH;
  while (at < bytes.length) at += 4 + Math.ceil(bytes.readUInt16BE(at + 2) / 4) * 4;
  return at === bytes.length;
}

function transportOf(ipProtocol: number | undefined): Transport | undefined {
  if (ipProtocol === IP_PROTOCOL.tcp) return 'tcp';
  return ipProtocol === IP_PROTOCOL.udp ? 'udp' : undefined;
}
