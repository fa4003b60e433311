// Coordinates are the way from a node to the root of the tree: itself first, the root last. The distance of two nodes is the number of
// hops up to where their ways meet, and down again.

import { FIPS } from '../bounds.ts';
import { NODE_ADDR_BYTES, type NodeAddr, nodeAddrBytes } from '../identity/names.ts';
import type { ByteReader, ByteWriter } from './bytes.ts';
import { readNodeAddr } from './link-message.ts';

export type Coordinates = readonly NodeAddr[];

export const coordinatesBytes = (coordinates: Coordinates) => 2 + coordinates.length * NODE_ADDR_BYTES;

export function writeCoordinates(writer: ByteWriter, coordinates: Coordinates): ByteWriter {
  writer.u16(coordinates.length);
  for (const addr of coordinates) writer.put(nodeAddrBytes(addr));
  return writer;
}

/** Refused where there are none, or more than a tree is deep. */
export function readCoordinates(reader: ByteReader): Coordinates {
  const coordinates = readAnyCoordinates(reader);
  if (coordinates.length === 0) reader.refuse();
  return coordinates;
}

/** The same, and there may be none. */
export function readAnyCoordinates(reader: ByteReader): Coordinates {
  const count = reader.u16();
  if (count > FIPS.treeDepth || count * NODE_ADDR_BYTES > reader.left) {
    reader.refuse();
    return [];
  }
  return Array.from({ length: count }, () => readNodeAddr(reader));
}
