// The two dialects as a router speaks them: what a request says, and the bytes of an answer. NAT-PMP is RFC 6886, PCP RFC 6887.

import { addressBytes, addressText } from './bytes.ts';

/** A request that made sense. Lifetimes are seconds. */
export interface RouterRequest {
  readonly dialect: 'pcp' | 'nat-pmp';
  readonly kind: 'probe' | 'map';
  /** PCP: the address that the sender says it has. */
  readonly client?: string;
  readonly transport?: 'tcp' | 'udp';
  readonly internal?: number;
  readonly suggested?: number;
  readonly suggestedAddress?: string;
  readonly lifetime?: number;
  /** In hex. */
  readonly nonce?: string;
  readonly preferFailure?: boolean;
}

export const RESULT = {
  unsupportedVersion: 1,
  notAuthorized: 2,
  malformed: 3,
  unsupportedOpcode: 4,
  unsupportedOption: 5,
  noResources: 8,
  unsupportedProtocol: 9,
  cannotProvide: 11,
  mismatch: 12,
} as const;
const NAT_PMP_UNSUPPORTED_OPCODE = 5;

/** A number: the result with which it is refused. Undefined: nothing that deserves an answer. */
export function readRequest(bytes: Buffer): RouterRequest | number | undefined {
  if (bytes.length < 2 || (bytes[1]! & 0x80) !== 0) return undefined;
  if (bytes[0] === 0) return readNatPmp(bytes);
  if (bytes[0] === 2) return readPcp(bytes);
  return RESULT.unsupportedVersion;
}

function readNatPmp(bytes: Buffer): RouterRequest | number | undefined {
  if (bytes[1] === 0) return { dialect: 'nat-pmp', kind: 'probe' };
  if (bytes[1] !== 1 && bytes[1] !== 2) return NAT_PMP_UNSUPPORTED_OPCODE;
  if (bytes.length < 12) return undefined;
  return {
    dialect: 'nat-pmp',
    kind: 'map',
    transport: bytes[1] === 1 ? 'udp' : 'tcp',
    internal: bytes.readUInt16BE(4),
    suggested: bytes.readUInt16BE(6),
    lifetime: bytes.readUInt32BE(8),
  };
}

function readPcp(bytes: Buffer): RouterRequest | number | undefined {
  if (bytes.length < 24) return undefined;
  if (bytes.length > 1100 || bytes.length % 4 !== 0) return RESULT.malformed;
  const client = addressText(bytes.subarray(8, 24));
  if (bytes[1] === 0) return { dialect: 'pcp', kind: 'probe', client };
  if (bytes[1] !== 1) return RESULT.unsupportedOpcode;
  if (bytes.length < 60) return RESULT.malformed;
  const transport = ({ 6: 'tcp', 17: 'udp' } as const)[bytes[36]!];
  if (!transport) return RESULT.unsupportedProtocol;
  let preferFailure = false;
  for (let at = 60; at < bytes.length; ) {
    const length = bytes.readUInt16BE(at + 2);
    if (bytes[at] === 2) preferFailure = true;
    else if (bytes[at]! < 128) return RESULT.unsupportedOption;
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return {
    dialect: 'pcp',
    kind: 'map',
    client,
    transport,
    internal: bytes.readUInt16BE(40),
    suggested: bytes.readUInt16BE(42),
    suggestedAddress: addressText(bytes.subarray(44, 60)),
    lifetime: bytes.readUInt32BE(4),
    nonce: bytes.toString('hex', 24, 36),
    preferFailure,
  };
}

export function natPmpAddress(epoch: number, address: string, result = 0): Buffer {
  const answer = Buffer.alloc(12);
  answer[1] = 128;
  answer.writeUInt16BE(result, 2);
  answer.writeUInt32BE(epoch, 4);
  addressBytes(address).copy(answer, 8, 12);
  return answer;
}

export function natPmpMap(request: Buffer, epoch: number, external: number, lifetime: number, result = 0): Buffer {
  const answer = Buffer.alloc(16);
  answer[1] = 128 + request[1]!;
  answer.writeUInt16BE(result, 2);
  answer.writeUInt32BE(epoch, 4);
  request.copy(answer, 8, 4, 6);
  answer.writeUInt16BE(external, 10);
  answer.writeUInt32BE(lifetime, 12);
  return answer;
}

/** The eight bytes by which a NAT-PMP router turns down what it can't make sense of. */
export function natPmpRefusal(request: Buffer, epoch: number, result: number): Buffer {
  const answer = Buffer.alloc(8);
  answer[1] = 128 + (request[1]! & 0x7f);
  answer.writeUInt16BE(result, 2);
  answer.writeUInt32BE(epoch, 4);
  return answer;
}

/** The request comes back with the header of an answer; `external` is filled in where something was granted. */
export function pcpAnswer(
  request: Buffer,
  epoch: number,
  { result = 0, lifetime = 0, external }: PcpAnswerFacts,
): Buffer {
  const answer = Buffer.alloc(Math.max(24, Math.min(request.length, 1100) & ~3));
  if (request.length > 24) request.copy(answer, 24, 24);
  answer[0] = 2;
  answer[1] = 0x80 | (request[1] ?? 0);
  answer[3] = result;
  answer.writeUInt32BE(lifetime, 4);
  answer.writeUInt32BE(epoch, 8);
  if (external) {
    answer.writeUInt16BE(external.port, 42);
    addressBytes(external.address).copy(answer, 44);
  }
  return answer;
}

export interface PcpAnswerFacts {
  readonly result?: number;
  /** Seconds. */
  readonly lifetime?: number;
  readonly external?: { readonly address: string; readonly port: number };
}
