// Which relay a node without an inbound address binds to (IICP 3.9): all workers spread over the relays by themselves, without talking.

import { createHash } from 'node:crypto';
import { z } from 'zod';

export interface Relay {
  /** Undefined where the user has named the relay by its address alone. */
  readonly nodeId: string | undefined;
  readonly host: string;
  /** Where it accepts workers. */
  readonly port: number;
}

export interface RelayOffer extends Relay {
  readonly nodeId: string;
  readonly load: number;
}

/** A relay as one source tells of it; undefined is what it does not say. */
export interface Mention {
  readonly nodeId: string;
  readonly host: string;
  readonly port: number | undefined;
  readonly load: number | undefined;
}

/** Where relays accept workers unless they say otherwise. */
export const RELAY_PORT = 9485;
/** Relays below it are not trusted with anything. */
const LEAST_REPUTATION = 0.1;
const MOST_OFFERS = 50;

const Found = z.object({
  node_id: z.string().min(1).max(64),
  endpoint: z.url({ protocol: /^https?$/ }).max(255),
  relay_capable: z.literal(true),
  relay_accept_port: z.number().int().min(1).max(65535).optional().catch(undefined),
  load: z.number().min(0).max(1_000_000).optional().catch(undefined),
  available: z.literal(true).optional(),
  reputation_score: z.number().min(LEAST_REPUTATION).nullish(),
});

/**
 * Those of a directory's nodes that may be bound to. Directories may ignore that only relays were asked for.
 * `mayDial` says whether an endpoint is one that a stranger may send us to.
 */
export function relaysIn(nodes: readonly unknown[], self: string, mayDial: (endpoint: string) => boolean): Mention[] {
  return nodes.slice(0, MOST_OFFERS).flatMap((node) => {
    const found = Found.safeParse(node);
    if (!found.success || found.data.node_id === self || !mayDial(found.data.endpoint)) return [];
    const { node_id, endpoint, relay_accept_port, load } = found.data;
    const host = new URL(endpoint).hostname.replace(/^\[|\]$/g, '');
    return [{ nodeId: node_id, host, port: relay_accept_port, load }];
  });
}

/**
 * What may be asked, of what peers and the directory say. The directory's word counts before theirs, where it has one: mostly it
 * tells no port. A port that peers alone tell may be a liar's, so of a node that the directory lists the usual one comes after it.
 */
export function offersOf(heard: readonly Mention[], listed: readonly Mention[]): RelayOffer[] {
  const mentions = new Map(heard.map((one) => [one.nodeId, one]));
  const unsure = new Set(listed.filter(({ port }) => port === undefined).map(({ nodeId }) => nodeId));
  for (const one of listed) {
    const before = mentions.get(one.nodeId);
    mentions.set(one.nodeId, { ...one, port: one.port ?? before?.port, load: one.load ?? before?.load });
  }
  return [...mentions.values()].flatMap(({ port = RELAY_PORT, load = 0, ...who }) => {
    const ports = unsure.has(who.nodeId) ? new Set([port, RELAY_PORT]) : [port];
    return [...ports].map((each) => ({ ...who, port: each, load }));
  });
}

const Disreputable = z.object({ node_id: z.string(), reputation_score: z.number().lt(LEAST_REPUTATION) });

/** Those of a directory's nodes that it thinks so little of that no other node's word makes up for it. */
export function distrusted(nodes: readonly unknown[]): ReadonlySet<string> {
  return new Set(
    nodes.flatMap((node) => {
      const found = Disreputable.safeParse(node);
      return found.success ? [found.data.node_id] : [];
    }),
  );
}

/** The least load in millionths, then the least hash of both ids. */
export function elect<Offer extends Pick<RelayOffer, 'nodeId' | 'load'>>(
  worker: string,
  offers: readonly Offer[],
): Offer | undefined {
  const ranked = offers.map((offer) => ({
    offer,
    load: Math.floor(offer.load * 1e6),
    hash: createHash('sha256').update(`${worker}:${offer.nodeId}`).digest('hex'),
  }));
  return ranked.toSorted((a, b) => a.load - b.load || (a.hash < b.hash ? -1 : 1))[0]?.offer;
}

/** `host:port` or `host` as the user wrote it, IPv6 in brackets; undefined where it is neither. */
export function relayAt(text: string): Relay | undefined {
  const match = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+)(?::(\d{1,5}))?$/.exec(text);
  if (!match) return undefined;
  const port = Number(match[2] ?? RELAY_PORT);
  if (port < 1 || port > 65535) return undefined;
  return { nodeId: undefined, host: match[1]!.replace(/^\[|\]$/g, ''), port };
}
