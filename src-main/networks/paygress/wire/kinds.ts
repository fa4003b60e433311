// Kinds, addresses and tags of Paygress on Nostr, schema version 1. Programs look each of them up by the exact text.

import type { NostrEvent } from '../../../nostr/event.ts';

export const KIND = {
  offer: 38_383,
  /** Stored, one for each minute. */
  heartbeat: 38_384,
  /** The same content for those who listen; relays keep none of it. */
  liveHeartbeat: 20_384,
  revocation: 38_385,
  promotion: 38_386,
} as const;

export const VERSION = 1;
const V = `v${VERSION}`;

export const TAG = {
  all: ['t', 'paygress'],
  compute: ['t', 'compute'],
  heartbeat: ['t', 'paygress-heartbeat'],
  revocation: ['t', 'paygress-revocation'],
  promotion: ['t', 'paygress-promoted'],
  version: ['v', String(VERSION)],
} as const;

const HEARTBEAT_BUCKET_S = 60;

/** The `d` tags, by which a newer event takes the place of an older one of the same author. Keys in hex, times in epoch seconds. */
export const address = {
  offer: (provider: string) => `paygress:offer:${V}:${provider}`,
  heartbeat: (provider: string, at: number) =>
    `paygress:heartbeat:${V}:${provider}:${Math.floor(at / HEARTBEAT_BUCKET_S)}`,
  revocation: (primary: string, workload: string) => `paygress:revocation:${V}:${primary}:${workload}`,
  /** The same for every provider: who promoted is the author. */
  promotion: (workload: string) => `paygress:promoted:${V}:${workload}`,
};

export const isAt = ({ tags }: Pick<NostrEvent, 'tags'>, d: string): boolean =>
  tags.find(([name]) => name === 'd')?.[1] === d;
