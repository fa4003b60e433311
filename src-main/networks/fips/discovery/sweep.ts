// Open discovery: which nodes, of those whose adverts are known, this one tries to have as neighbours.

import { type Advert, type AdvertEndpoint, isNat } from './advert.ts';

/** What the node knows of another, by its key: x alone, hex. */
export interface Standing {
  isConfigured(pubkey: string): boolean;
  isConnected(pubkey: string): boolean;
  isConnecting(pubkey: string): boolean;
  isWaiting(pubkey: string): boolean;
}

/** Infinity: no limit. */
export interface Room {
  /** Tries of nodes that nobody named which wait, at most, and now. */
  readonly mostWaiting: number;
  readonly waiting: number;
  readonly mostConnections: number;
  readonly connections: number;
  readonly mostPeers: number;
  readonly peers: number;
}

export type Skipped = 'old' | 'configured' | 'self' | 'connected' | 'waiting' | 'cooldown' | 'connecting' | 'unusable';

export interface Candidate {
  /** x alone, hex. */
  readonly pubkey: string;
  readonly endpoints: readonly AdvertEndpoint[];
  /** Epoch milliseconds: then its advert is over, and so is the try. */
  readonly until: number;
}

export interface Swept {
  readonly candidates: readonly Candidate[];
  readonly skipped: ReadonlyMap<Skipped, number>;
}

const MOST = 64;

export function roomFor({ mostWaiting, waiting, mostConnections, connections, mostPeers, peers }: Room): number {
  return Math.max(0, Math.min(mostWaiting - waiting, mostConnections - connections, mostPeers - peers));
}

export function sweep(
  adverts: readonly Advert[],
  standing: Standing,
  how: {
    readonly self: string;
    /** Epoch milliseconds. */
    readonly now: number;
    /** Older ones are left alone. */
    readonly maxAgeMs: number;
    readonly room: number;
    readonly canPunch: boolean;
    inCooldown(pubkey: string): boolean;
  },
): Swept {
  const candidates: Candidate[] = [];
  const skipped = new Map<Skipped, number>();
  if (how.room <= 0) return { candidates, skipped };
  for (const { pubkey, endpoints: all, createdAt, validUntil } of adverts.slice(0, MOST)) {
    const endpoints = all.filter((endpoint) => how.canPunch || !isNat(endpoint));
    const why = reason();
    if (why) skipped.set(why, (skipped.get(why) ?? 0) + 1);
    else candidates.push({ pubkey, endpoints, until: validUntil });
    if (candidates.length >= how.room) break;

    function reason(): Skipped | undefined {
      if (how.now - createdAt * 1000 > how.maxAgeMs) return 'old';
      if (standing.isConfigured(pubkey)) return 'configured';
      if (pubkey === how.self) return 'self';
      if (standing.isConnected(pubkey)) return 'connected';
      if (standing.isWaiting(pubkey)) return 'waiting';
      if (how.inCooldown(pubkey)) return 'cooldown';
      if (standing.isConnecting(pubkey)) return 'connecting';
      return endpoints.length === 0 ? 'unusable' : undefined;
    }
  }
  return { candidates, skipped };
}
