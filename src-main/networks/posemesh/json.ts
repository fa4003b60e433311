// JSON of servers: bounded in what it would become before it is decoded.

import { type JsonBounds, parseJson } from '../../base/json-scan.ts';
import { POSEMESH } from './bounds.ts';
import { Garbled, type Party } from './errors.ts';

const BOUNDS: JsonBounds = { depth: POSEMESH.jsonDepth, values: POSEMESH.jsonValues };

/** Throws `posemesh.…-garbled`. */
export function jsonOf(party: Party, bytes: Buffer): unknown {
  const json = parseJson(bytes, BOUNDS);
  if (typeof json === 'string') throw new Garbled(party, 'it is no JSON of a usual size');
  return json.value;
}
