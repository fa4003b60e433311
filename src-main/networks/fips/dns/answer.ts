// What a question for a name of the mesh is answered with. Pure.

import { AUTHORITATIVE_ANSWER, decode, encode, type Packet, RECURSION_DESIRED } from 'dns-packet';
import { ipv6Of, nodeAddrOf } from '../identity/names.ts';
import { NAMES } from './bounds.ts';
import { type Hosts, isInMesh, keyOfName } from './names.ts';

const TTL_SECONDS = 300;
const NXDOMAIN = 3;
const HEADER_BYTES = 12;
/** That it is an answer, and what kind of question it is. */
const NOT_A_QUERY = 0xf800;

export interface Answer {
  readonly bytes: Buffer;
  /** The key (x alone) of the node that was asked for. */
  readonly xOnly: Buffer | undefined;
}

/** Undefined: nothing is said to it. */
export function answerTo(question: Buffer, hosts: Hosts): Answer | undefined {
  const asked = read(question);
  const [about] = asked?.questions ?? [];
  if (!asked || !about || about.class !== 'IN') return undefined;
  const xOnly = isInMesh(about.name) ? keyOfName(about.name, hosts) : undefined;
  const flags = AUTHORITATIVE_ANSWER | ((asked.flags ?? 0) & RECURSION_DESIRED) | (xOnly ? 0 : NXDOMAIN);
  const { name } = about;
  const bytes = encode({
    type: 'response',
    id: asked.id ?? 0,
    flags,
    questions: [about],
    answers:
      xOnly && about.type === 'AAAA'
        ? [{ type: 'AAAA', name, ttl: TTL_SECONDS, class: 'IN', data: ipv6Of(nodeAddrOf(xOnly)) }]
        : [],
  });
  return { bytes, xOnly };
}

/** One question and nothing else but EDNS; looked at by its counts before anything is made of it. */
function read(bytes: Buffer): Packet | undefined {
  if (bytes.length < HEADER_BYTES || bytes.length > NAMES.questionBytes) return undefined;
  const [questions, answers, authorities, additionals] = [4, 6, 8, 10].map((at) => bytes.readUInt16BE(at));
  if ((bytes.readUInt16BE(2) & NOT_A_QUERY) !== 0 || questions !== 1 || answers !== 0) return undefined;
  if (authorities !== 0 || additionals! > 1) return undefined;
  try {
    return decode(bytes);
  } catch {
    return undefined;
  }
}
