// What a stranger says of other nodes: read by hand from a stranger's JSON, bounded, and thrown away where it is not well formed.

import { isIP } from 'node:net';
import { isObject } from '../../../base/object.ts';
import { isPublicAddress } from '../../../reachability/addresses.ts';
import { looksRoutable } from '../inbound/routable.ts';
import { MESH } from './bounds.ts';

/** One node as another described it. What was not said of its relay is undefined. */
export interface PeerRecord {
  readonly nodeId: string;
  readonly endpoint: string;
  readonly region: string;
  readonly relayCapable: boolean | undefined;
  readonly relayPort: number | undefined;
  readonly relayLoad: number | undefined;
}

/** Of one request or answer no more entries are looked at. */
export const MOST_PEER_RECORDS = MESH.named;
const NODE_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,35}$/;
const REGION = /^[^\p{Cc}\p{Cf}]{1,64}$/u;
const LONGEST_ENDPOINT = 255;

/** The list under `name` in a body, e.g. `known_peers`. Texts in it, which are mere ids, are left out, as is all that is malformed. */
export function readPeerRecord(json: unknown, name: 'known_peers' | 'peers', local: boolean): readonly PeerRecord[] {
  const list = isObject(json) ? json[name] : undefined;
  if (!Array.isArray(list)) return [];
  return list.slice(0, MOST_PEER_RECORDS).flatMap((entry: unknown) => readOne(entry, local) ?? []);
}

function readOne(entry: unknown, local: boolean): PeerRecord | undefined {
  if (!isObject(entry)) return undefined;
  const { node_id, endpoint, region, relay_capable, relay_accept_port, relay_load } = entry;
  if (typeof node_id !== 'string' || !NODE_ID.test(node_id)) return undefined;
  if (typeof endpoint !== 'string' || !mayBeCalled(endpoint, local)) return undefined;
  return {
    nodeId: node_id,
    endpoint: endpoint.replace(/\/+$/, ''),
    region: typeof region === 'string' && REGION.test(region) ? region : '',
    relayCapable: typeof relay_capable === 'boolean' ? relay_capable : undefined,
    relayPort: isPort(relay_accept_port) ? relay_accept_port : undefined,
    relayLoad: isLoad(relay_load) ? relay_load : undefined,
  };
}

/**
 * Whether a stranger may make this node call there, as far as the text tells: a public http or https address without user,
 * query or fragment. `local`: the network is this computer's own or its neighbours', and private ones are right.
 */
export function mayBeCalled(endpoint: string, local: boolean): boolean {
  const url = endpoint.length > LONGEST_ENDPOINT ? null : URL.parse(endpoint);
  if (!url) return false;
  const { protocol, hostname, username, password, search, hash } = url;
  if ((protocol !== 'http:' && protocol !== 'https:') || username + password + search + hash !== '') return false;
  if (local) return true;
  const host = hostname.replace(/^\[|\]$/g, '');
  return looksRoutable(url) && (isIP(host) === 0 || isPublicAddress(host));
}

const isPort = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65_535;

const isLoad = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0;
