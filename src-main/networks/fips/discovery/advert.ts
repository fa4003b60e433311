// What a node says of where it is (kind 37195), for everybody to read. That the event is genuine was proven before.

import { parseJson } from '../../../base/json-scan.ts';
import { isObject } from '../../../base/object.ts';
import type { NostrEvent } from '../../../nostr/event.ts';
import type { EventTemplate } from '../../../nostr/signer.ts';
import { DISCOVERY } from './bounds.ts';
import { isOnion, isRoutable, type MayReach } from './routable.ts';
import { ADVERT_MS } from './times.ts';

export const ADVERT_KIND = 37_195;
export const IDENTIFIER = 'fips-overlay-v1';
/** In place of an address: a hole has to be punched. */
export const NAT = 'nat';

export interface AdvertEndpoint {
  readonly transport: 'udp' | 'tcp' | 'tor';
  /** `host:port`, or `nat` of UDP. */
  readonly address: string;
}

export interface AdvertContent {
  readonly endpoints: readonly AdvertEndpoint[];
  /** Where offers to punch a hole are read; none: in sessions alone, as newer nodes have it. */
  readonly signalRelays: readonly string[];
  readonly stunServers: readonly string[];
}

export interface Advert extends Omit<AdvertContent, 'stunServers'> {
  /** x alone, hex: whose it is. */
  readonly pubkey: string;
  /** Epoch seconds. */
  readonly createdAt: number;
  /** Epoch milliseconds. */
  readonly validUntil: number;
}

/** Undefined: it is none for this app, none that can be used, or over. */
export function readAdvert(
  event: NostrEvent,
  { app, mayReach, now }: { readonly app: string; readonly mayReach: MayReach; readonly now: number },
): Advert | undefined {
  const { pubkey, kind, tags, content, created_at: createdAt } = event;
  const tag = (wanted: string) => tags.find(([name]) => name === wanted)?.[1];
  if (kind !== ADVERT_KIND || tag('protocol') !== app || Buffer.byteLength(content) > DISCOVERY.advert)
    return undefined;
  const expiration = Number(tag('expiration') ?? Number.POSITIVE_INFINITY);
  const validUntil = Math.min(expiration * 1000, createdAt * 1000 + 2 * ADVERT_MS);
  // A time that is none is no time to come either.
  if (!(validUntil > now)) return undefined;
  const parsed = parseJson(content, { depth: 4, values: 256 });
  if (typeof parsed === 'string' || !isObject(parsed.value)) return undefined;
  const { identifier, version, endpoints, signalRelays } = parsed.value;
  if (identifier !== IDENTIFIER || version !== 1 || !Array.isArray(endpoints)) return undefined;
  // Newer nodes have transports that this one lacks.
  const read = endpoints.slice(0, 4 * DISCOVERY.endpoints).flatMap((each) => readEndpoint(each, mayReach));
  const usable = read.slice(0, DISCOVERY.endpoints);
  if (usable.length === 0) return undefined;
  const relays = Array.isArray(signalRelays) ? signalRelays.filter(isText).slice(0, DISCOVERY.addresses) : [];
  return { pubkey, createdAt, validUntil, endpoints: usable, signalRelays: relays };
}

/** `now`: epoch milliseconds. */
export function advertTemplate(content: AdvertContent, app: string, now: number): EventTemplate {
  const { endpoints, signalRelays, stunServers } = content;
  const behindNat = endpoints.some(isNat);
  return {
    kind: ADVERT_KIND,
    tags: [
      ['d', IDENTIFIER],
      ['protocol', app],
      ['version', '1'],
      ['expiration', String(Math.floor((now + ADVERT_MS) / 1000))],
    ],
    content: JSON.stringify({
      identifier: IDENTIFIER,
      version: 1,
      endpoints: endpoints.map(({ transport, address }) => ({ transport, addr: address })),
      ...(behindNat && { signalRelays, stunServers }),
    }),
  };
}

export const isNat = ({ transport, address }: AdvertEndpoint) => transport === 'udp' && address === NAT;

function readEndpoint(value: unknown, mayReach: MayReach): readonly AdvertEndpoint[] {
  if (!isObject(value) || !isText(value.addr)) return [];
  const { transport, addr: address } = value;
  if (transport === 'udp' && address.toLowerCase() === NAT) return [{ transport, address: NAT }];
  if (transport === 'tor') return isOnion(address) ? [{ transport, address }] : [];
  return (transport === 'udp' || transport === 'tcp') && isRoutable(address, mayReach) ? [{ transport, address }] : [];
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '' && value.length <= 300;
