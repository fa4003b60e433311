// How a standby looks: what it asks of all relays at once, and what the answers amount to.

import type { NostrEvent } from '../../../nostr/event.ts';
import type { Filter } from '../../../nostr/relay-message.ts';
import { heartbeatsOf, promotionsOf } from '../wire/filters.ts';
import { readPromotion } from '../wire/handover.ts';
import { readHeartbeat } from '../wire/heartbeat.ts';
import type { Look } from './standby.ts';
import { DURABLE } from './times.ts';

export interface LookFor {
  readonly workload: string;
  readonly own: string;
  readonly primary: string;
  readonly peers: readonly string[];
  /** The newest heartbeat of the primary that is known, as it counts; -1: none. */
  readonly beat: number;
  /** Epoch seconds: what was said before is of an earlier workload by the same name. */
  readonly reservedAt: number;
}

export interface Answers {
  readonly events: readonly { readonly event: NostrEvent; readonly relays: readonly string[] }[];
  /** Those that said that this was all. */
  readonly answered: readonly string[];
}

/** Clocks of providers may differ by so much. */
const CLOCKS_S = 120;
/** Before the place was reserved, for heartbeats of a primary of which none was seen. */
const UNSEEN_S = 600;
/** Two, since the last may be under way. */
const OWN_BEAT_S = (2 * DURABLE.heartbeatMs) / 1000;

/** `now`: epoch milliseconds. The primary is asked for by its own clock, once that is known. */
export function lookFilters(what: LookFor, now: number): readonly Filter[] {
  const { workload, own, primary, peers, beat, reservedAt } = what;
  const since = Math.floor(now / 1000) - OWN_BEAT_S;
  const theirs = heartbeatsOf([primary], beat < 0 ? reservedAt - UNSEEN_S : beat + 1);
  return [theirs, heartbeatsOf([own], since), ...(peers.length > 0 ? [promotionsOf(workload, peers)] : [])];
}

export function lookOf(
  { events, answered }: Answers,
  { workload, own, primary, peers, reservedAt }: LookFor,
  now: number,
): Look {
  const since = Math.floor(now / 1000) - OWN_BEAT_S;
  const echoed = new Set<string>();
  let beat: number | undefined;
  const words = new Map<string, { readonly at: number; readonly state: Look['promotions'][number]['state'] }>();
  for (const { event, relays } of events) {
    const heartbeat = readHeartbeat(event);
    if (heartbeat && event.pubkey === primary) beat = Math.max(beat ?? -1, heartbeat.timestamp);
    if (heartbeat && event.pubkey === own && heartbeat.timestamp >= since)
      for (const relay of relays) echoed.add(relay);
    const word = readPromotion(event);
    if (word?.workload_id !== workload || !peers.includes(event.pubkey)) continue;
    if (isEarlier(event.created_at, reservedAt)) continue;
    // Relays may have an earlier word of the same author still.
    if (event.created_at > (words.get(event.pubkey)?.at ?? -1))
      words.set(event.pubkey, { at: event.created_at, state: word.state });
  }
  return {
    relays: answered.filter((relay) => echoed.has(relay)).length,
    beat,
    promotions: [...words].map(([by, { state }]) => ({ by, state })),
  };
}

/** Whether a revocation or a claim is of a workload before the one that a place was reserved for then. Both in epoch seconds. */
export const isEarlier = (saidAt: number, reservedAt: number): boolean => saidAt < reservedAt - CLOCKS_S;
