// The nodes that this one has heard of: pure steps, so that their bounds can be held against any network. Only an answer to a
// call of our own makes a peer last and lets it be passed on. What others say brings a name in once; it keeps no peer alive, or
// the dead would be talked about for ever.

import { MESH } from './bounds.ts';
import type { PeerRecord } from './peer-record.ts';

export interface Peer {
  readonly nodeId: string;
  readonly endpoint: string;
  readonly region: string;
  /** Of its relay, each as another node has said it; undefined: none has, and nothing is passed on. */
  readonly relayCapable: boolean | undefined;
  readonly relayPort: number | undefined;
  readonly relayLoad: number | undefined;
  /** Who named it first: a caller, a peer's endpoint, or `DIRECTORY`. */
  readonly source: string;
  /** It has answered us. */
  readonly proven: boolean;
  /** When it last answered, or, as long as it has not, when it was named. Milliseconds of the monotonic clock. */
  readonly heardAt: number;
}

export interface Peers {
  readonly known: ReadonlyMap<string, Peer>;
  /** Until when a name at an endpoint, which ran out, is taken from the directory alone. In order of time. */
  readonly gone: ReadonlyMap<string, number>;
}

export const DIRECTORY = 'directory';
export const MOST_PEERS = MESH.peers;
/** Names that one source may have among those that have not answered yet. */
export const MOST_OF_A_SOURCE = MESH.ofASource;
/** A peer that has not answered for this long is dropped (IICP 7). */
export const SILENT_MS = 90_000;
/** How long what was dropped is not taken from hearsay. */
export const GONE_MS = 600_000;
export const MOST_GONE = MESH.gone;
/** Calls a round to those that have answered before. */
export const KEPT_A_ROUND = 4;

export const noPeers: Peers = { known: new Map(), gone: new Map() };

export interface Telling {
  readonly now: number;
  readonly source: string;
  readonly self: { readonly nodeId: string; readonly endpoint: string };
}

/** Takes in records. Of a peer that is known only what is said of its relay is taken, and its address where it has not answered. */
export function merge(peers: Peers, records: readonly PeerRecord[], { now, source, self }: Telling): Peers {
  const known = new Map(peers.known);
  const trusted = source === DIRECTORY;
  const forgiven = new Set<string>();
  let share = [...known.values()].filter((peer) => !peer.proven && peer.source === source).length;
  for (const one of records) {
    if (one.nodeId === self.nodeId || one.endpoint === self.endpoint) continue;
    const before = known.get(one.nodeId);
    if (before) {
      known.set(one.nodeId, {
        ...before,
        endpoint: trusted && !before.proven ? one.endpoint : before.endpoint,
        region: before.region || one.region,
        relayCapable: one.relayCapable ?? before.relayCapable,
        relayPort: one.relayPort ?? before.relayPort,
        relayLoad: one.relayLoad ?? before.relayLoad,
      });
      continue;
    }
    if (trusted) forgiven.add(markOf(one));
    else if (share >= MOST_OF_A_SOURCE || (peers.gone.get(markOf(one)) ?? 0) > now) continue;
    if (known.size >= MOST_PEERS && !(trusted && dropOneUnproven(known))) continue;
    share += 1;
    known.set(one.nodeId, {
      nodeId: one.nodeId,
      endpoint: one.endpoint,
      region: one.region,
      relayCapable: one.relayCapable,
      relayPort: one.relayPort,
      relayLoad: one.relayLoad,
      source,
      proven: false,
      heardAt: now,
    });
  }
  const gone = trusted ? new Map([...peers.gone].filter(([mark]) => !forgiven.has(mark))) : peers.gone;
  return { known, gone };
}

/** Drops peers that were silent for too long, and remembers that for a while. */
export function prune(peers: Peers, now: number): Peers {
  return drop(peers, now, (peer) => now - peer.heardAt >= SILENT_MS);
}

/** It answered a call of ours. */
export function answered(peers: Peers, nodeId: string, now: number): Peers {
  const peer = peers.known.get(nodeId);
  if (!peer) return peers;
  return { ...peers, known: new Map(peers.known).set(nodeId, { ...peer, proven: true, heardAt: now }) };
}

/** It did not answer. One that never has is dropped at once; one that has is given the rest of its time. */
export function failed(peers: Peers, nodeId: string, now: number): Peers {
  return drop(peers, now, (peer) => peer.nodeId === nodeId && !peer.proven);
}

/**
 * Whom to call in a round: those that answered the longest ago, several, for otherwise no more than three could be vouched for
 * within the time that an answer counts; and the one that has waited the longest to be called at all. Names that are made up can
 * thus never crowd out those that answer.
 */
export function toCall(peers: Peers): readonly Peer[] {
  const longest = (proven: boolean, most: number) =>
    [...peers.known.values()]
      .filter((peer) => peer.proven === proven)
      .toSorted((one, other) => one.heardAt - other.heardAt)
      .slice(0, most);
  return [...longest(true, KEPT_A_ROUND), ...longest(false, 1)];
}

/** Those that this node can vouch for: what is only hearsay is not passed on. */
export function proven(peers: Peers): readonly Peer[] {
  return [...peers.known.values()].filter((peer) => peer.proven);
}

function drop(peers: Peers, now: number, out: (peer: Peer) => boolean): Peers {
  const dropped = [...peers.known.values()].filter(out);
  const [first] = peers.gone.values();
  if (dropped.length === 0 && !(first !== undefined && first <= now)) return peers;
  const known = new Map(peers.known);
  const gone = new Map(peers.gone);
  for (const peer of dropped) {
    known.delete(peer.nodeId);
    // Anew, so that the order stays that of time.
    gone.delete(markOf(peer));
    gone.set(markOf(peer), now + GONE_MS);
  }
  for (const [mark, until] of gone) {
    if (until > now && gone.size <= MOST_GONE) break;
    gone.delete(mark);
  }
  return { known, gone };
}

/** The one that was named first. False where all have answered. */
function dropOneUnproven(known: Map<string, Peer>): boolean {
  for (const [nodeId, peer] of known) if (!peer.proven) return known.delete(nodeId);
  return false;
}

/** A name alone won't do: a wrong address for it would keep the right one out. */
const markOf = ({ nodeId, endpoint }: { readonly nodeId: string; readonly endpoint: string }) =>
  `${nodeId} ${endpoint}`;
