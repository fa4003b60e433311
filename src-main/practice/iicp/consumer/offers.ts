// What a consumer makes of a directory's answer: offers it can trust to be well-formed, and the ones it may call.

import { looksPublic } from '../../addresses.ts';

export interface Offer {
  readonly nodeId: string;
  readonly endpoint: string;
  readonly score: number;
  readonly available: boolean;
  readonly region: string;
  readonly models: readonly string[];
  /** Absent: the node cannot be sent sealed tasks. */
  readonly cxKey?: { readonly key: string; readonly key_id: string; readonly features: readonly string[] };
}

/** The reason why an offer is passed over. */
export type Obstacle = 'unavailable' | 'no-cx-key' | 'bad-endpoint' | 'private-endpoint';

const MOST_OFFERS = 50;

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The well-formed offers in a discover reply, best score first; undefined when it is no such reply. */
export function readOffers(reply: unknown): readonly Offer[] | undefined {
  if (!isObject(reply) || !Array.isArray(reply.nodes)) return undefined;
  const offers = reply.nodes.slice(0, MOST_OFFERS).map(readOffer);
  return offers.filter((offer) => offer !== undefined).sort((a, b) => b.score - a.score);
}

function readOffer(value: unknown): Offer | undefined {
  if (!isObject(value)) return undefined;
  const { node_id, endpoint, score, available, region, models } = value;
  if (typeof node_id !== 'string' || node_id === '' || node_id.length > 255) return undefined;
  if (typeof endpoint !== 'string' || endpoint.length > 2048) return undefined;
  return {
    nodeId: node_id,
    endpoint: endpoint.replace(/\/+$/, ''),
    score: typeof score === 'number' ? score : 0,
    available: available !== false,
    region: typeof region === 'string' ? region : 'unknown',
    models: Array.isArray(models) ? models.filter((model) => typeof model === 'string') : [],
    cxKey: readKey(value.cx_public_key ?? value.public_key),
  };
}

function readKey(value: unknown): Offer['cxKey'] {
  if (!isObject(value) || value.algorithm !== 'X25519' || value.encoding !== 'base64url') return undefined;
  const { key, key_id, features } = value;
  if (typeof key !== 'string' || typeof key_id !== 'string' || Buffer.from(key, 'base64url').length !== 32)
    return undefined;
  return { key, key_id, features: Array.isArray(features) ? features.filter((name) => typeof name === 'string') : [] };
}

/** Why this offer may not be called, if so. Names are resolved and judged again when the connection is made. */
export function obstacleTo(
  offer: Offer,
  { allowPrivate, sealed }: { readonly allowPrivate: boolean; readonly sealed: boolean },
): Obstacle | undefined {
  const url = URL.canParse(offer.endpoint) ? new URL(offer.endpoint) : undefined;
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) return 'bad-endpoint';
  if (url.username !== '' || url.password !== '') return 'bad-endpoint';
  if (!allowPrivate && !looksPublic(url.hostname)) return 'private-endpoint';
  if (!offer.available) return 'unavailable';
  return sealed && !offer.cxKey ? 'no-cx-key' : undefined;
}
