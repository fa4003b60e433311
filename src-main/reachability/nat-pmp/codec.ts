// The bytes of the NAT Port Mapping Protocol (RFC 6886). No sockets here: requests out, answers in.

import type { Transport } from '../mapping.ts';

const ANSWER = 0x80;
const OPCODE = { udp: 1, tcp: 2 } as const satisfies Record<Transport, number>;
/** Error answers may end after the epoch. */
const SHORTEST = 8;
const ADDRESS_LENGTH = 12;
const MAP_LENGTH = 16;
/** What a PCP router says to a version that it does not speak is a PCP header (RFC 6887 9). */
const PCP_VERSION = 2;
const PCP_HEADER = 24;

/** RFC 6886 3.5. */
export const NAT_PMP_RESULT = {
  success: 0,
  unsupportedVersion: 1,
  notAuthorized: 2,
  networkFailure: 3,
  outOfResources: 4,
  unsupportedOpcode: 5,
} as const;

export interface NatPmpMapRequest {
  readonly transport: Transport;
  readonly internalPort: number;
  /** 0: any; also when deleting. */
  readonly suggestedPort: number;
  /** Seconds; 0 deletes. */
  readonly lifetime: number;
}

interface NatPmpRefusal {
  readonly result: number;
  readonly epoch: number;
}

export type NatPmpAnswer =
  | { readonly kind: 'other-dialect' }
  | ({ readonly kind: 'address' } & NatPmpRefusal & { readonly address: string | undefined })
  | ({ readonly kind: 'map'; readonly transport: Transport } & NatPmpRefusal & {
        readonly grant: NatPmpGrant | undefined;
      });

export interface NatPmpGrant {
  readonly internalPort: number;
  readonly externalPort: number;
  /** Seconds. */
  readonly lifetime: number;
}

export function encodeAddressRequest(): Buffer {
  return Buffer.alloc(2);
}

export function encodeNatPmpMap({ transport, internalPort, suggestedPort, lifetime }: NatPmpMapRequest): Buffer {
  const bytes = Buffer.alloc(12);
  bytes[1] = OPCODE[transport];
  bytes.writeUInt16BE(internalPort, 4);
  bytes.writeUInt16BE(suggestedPort, 6);
  bytes.writeUInt32BE(lifetime, 8);
  return bytes;
}

/** Undefined: not an answer of this protocol. A success has its address or its grant, a refusal need not. */
export function decodeNatPmp(bytes: Buffer): NatPmpAnswer | undefined {
  if (isOtherDialect(bytes)) return { kind: 'other-dialect' };
  if (bytes.length < SHORTEST || bytes[0] !== 0 || bytes[1]! < ANSWER) return undefined;
  const head = { result: bytes.readUInt16BE(2), epoch: bytes.readUInt32BE(4) };
  if (head.result === NAT_PMP_RESULT.unsupportedVersion) return { kind: 'other-dialect' };
  const failed = head.result !== NAT_PMP_RESULT.success;
  switch (bytes[1]) {
    case ANSWER: {
      const address = bytes.length < ADDRESS_LENGTH ? undefined : bytes.subarray(8, 12).join('.');
      return address !== undefined || failed ? { kind: 'address', ...head, address } : undefined;
    }
    case ANSWER | OPCODE.udp:
    case ANSWER | OPCODE.tcp: {
      const grant = bytes.length < MAP_LENGTH ? undefined : grantOf(bytes);
      const transport = bytes[1] === (ANSWER | OPCODE.udp) ? 'udp' : 'tcp';
      return grant || failed ? { kind: 'map', transport, ...head, grant } : undefined;
    }
    default:
      return undefined;
  }
}

function grantOf(bytes: Buffer): NatPmpGrant {
  return {
    internalPort: bytes.readUInt16BE(8),
    externalPort: bytes.readUInt16BE(10),
    lifetime: bytes.readUInt32BE(12),
  };
}

const isOtherDialect = (bytes: Buffer) =>
  bytes.length >= PCP_HEADER &&
  bytes[0] === PCP_VERSION &&
  bytes[1]! >= ANSWER &&
  bytes[3] === NAT_PMP_RESULT.unsupportedVersion;
