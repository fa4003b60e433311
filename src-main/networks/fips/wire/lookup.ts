// Asking the mesh where a node stands in the tree, and the answer, which the node that was looked for signs.

import { NODE_ADDR_BYTES, type NodeAddr, nodeAddrBytes } from '../identity/names.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { type Coordinates, coordinatesBytes, readCoordinates, writeCoordinates } from './coordinates.ts';
import { LinkType, readNodeAddr } from './link-message.ts';

export interface LookupRequest {
  readonly id: bigint;
  readonly target: NodeAddr;
  readonly origin: NodeAddr;
  /** Hops that it may still take. */
  readonly ttl: number;
  /** Links with a smaller MTU are no use to the one that asks; 0: any. */
  readonly minMtu: number;
  readonly originCoordinates: Coordinates;
}

export interface LookupResponse {
  readonly id: bigint;
  readonly target: NodeAddr;
  /** The smallest MTU of the links that the answer has come by. */
  readonly pathMtu: number;
  readonly targetCoordinates: Coordinates;
  /** 64 bytes. */
  readonly proof: Buffer;
}

const PROOF_BYTES = 64;

export function encodeLookupRequest(request: LookupRequest): Buffer {
  const { id, target, origin, ttl, minMtu, originCoordinates } = request;
  const writer = new ByteWriter(12 + 2 * NODE_ADDR_BYTES + coordinatesBytes(originCoordinates));
  writer.u8(LinkType.lookupRequest).u64(id).put(nodeAddrBytes(target)).put(nodeAddrBytes(origin)).u8(ttl).u16(minMtu);
  return writeCoordinates(writer, originCoordinates).bytes;
}

export function decodeLookupRequest(message: Buffer): LookupRequest | undefined {
  const reader = new ByteReader(message);
  if (reader.u8() !== LinkType.lookupRequest) return undefined;
  const request: LookupRequest = {
    id: reader.u64(),
    target: readNodeAddr(reader),
    origin: readNodeAddr(reader),
    ttl: reader.u8(),
    minMtu: reader.u16(),
    originCoordinates: readCoordinates(reader),
  };
  return reader.whole ? request : undefined;
}

export function encodeLookupResponse(response: LookupResponse): Buffer {
  const { id, target, pathMtu, targetCoordinates, proof } = response;
  const writer = new ByteWriter(11 + NODE_ADDR_BYTES + coordinatesBytes(targetCoordinates) + PROOF_BYTES);
  writer.u8(LinkType.lookupResponse).u64(id).put(nodeAddrBytes(target)).u16(pathMtu);
  return writeCoordinates(writer, targetCoordinates).put(proof).bytes;
}

export function decodeLookupResponse(message: Buffer): LookupResponse | undefined {
  const reader = new ByteReader(message);
  if (reader.u8() !== LinkType.lookupResponse) return undefined;
  const response: LookupResponse = {
    id: reader.u64(),
    target: readNodeAddr(reader),
    pathMtu: reader.u16(),
    targetCoordinates: readCoordinates(reader),
    proof: reader.bytes(PROOF_BYTES),
  };
  return reader.whole ? response : undefined;
}

/** What the target signs: not the MTU, which changes on the way. */
export function lookupSigningBytes({
  id,
  target,
  targetCoordinates,
}: Pick<LookupResponse, 'id' | 'target' | 'targetCoordinates'>): Buffer {
  const writer = new ByteWriter(8 + NODE_ADDR_BYTES + coordinatesBytes(targetCoordinates));
  writer.u64(id).put(nodeAddrBytes(target));
  return writeCoordinates(writer, targetCoordinates).bytes;
}
