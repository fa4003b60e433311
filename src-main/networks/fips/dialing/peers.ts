// Peers as their user names them, read into keys and addresses in the order in which they are tried.

import { decodeNpub, type NodeAddr, nodeAddrOf } from '../identity/names.ts';

export interface PeerAddress {
  readonly transport: string;
  /** `host:port`. */
  readonly address: string;
}

export interface WantedPeer {
  readonly npub: string;
  /** x alone. */
  readonly xOnly: Buffer;
  readonly addr: NodeAddr;
  readonly alias: string | undefined;
  /** In the order in which they are tried. */
  readonly addresses: readonly PeerAddress[];
  /** It is dialled by itself, and again whenever it is lost. */
  readonly connects: boolean;
}

export interface PeerSetting {
  readonly npub: string;
  readonly alias?: string | undefined;
  readonly addresses: readonly { readonly transport: string; readonly addr: string; readonly priority: number }[];
  readonly connect: boolean;
}

/** The first of those that are named twice; what is no npub is left out. */
export function readPeers(settings: readonly PeerSetting[]): readonly WantedPeer[] {
  const peers = new Map<NodeAddr, WantedPeer>();
  for (const { npub, alias, addresses, connect } of settings) {
    const xOnly = decodeNpub(npub);
    const addr = xOnly && nodeAddrOf(xOnly);
    if (!xOnly || addr === undefined || peers.has(addr)) continue;
    const sorted = addresses.toSorted((one, other) => one.priority - other.priority);
    const read = sorted.map(({ transport, addr: address }) => ({ transport, address }));
    peers.set(addr, { npub, xOnly, addr, alias, addresses: withoutTwins(read), connects: connect });
  }
  return [...peers.values()];
}

/** Each address once, the first of them. */
export function withoutTwins(addresses: readonly PeerAddress[]): readonly PeerAddress[] {
  const keys = addresses.map(({ transport, address }) => `${transport} ${address}`);
  return addresses.filter((_, nth) => keys.indexOf(keys[nth]!) === nth);
}
