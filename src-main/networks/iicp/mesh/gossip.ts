// Peer exchange (IICP 2.6, 3.3, 7): every half minute a few nodes are called, sent the peers that we can
// vouch for, and asked for theirs.

import { timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../../base/clock.ts';
import { parseJson } from '../../../base/json-scan.ts';
import type { Loop } from '../../../base/lifecycle.ts';
import type { Logger } from '../../../base/logger.ts';
import { callerOf, OriginWindow } from '../../../inbound/callers.ts';
import { TOLD_JSON } from '../bounds.ts';
import { hmacHex } from '../directory/liveness.ts';
import * as wire from '../tasks/wire.ts';
import { MESH } from './bounds.ts';
import { readPeerRecord } from './peer-record.ts';
import { answered, DIRECTORY, failed, merge, noPeers, type Peer, type Peers, proven, prune, toCall } from './peers.ts';

/** This node as it tells of itself; the load of its relay is 0 or more. */
export interface MeshSelf {
  readonly nodeId: string;
  readonly endpoint: string;
  readonly relayCapable: boolean;
  readonly relayPort: number;
  readonly relayLoad: number;
}

export interface GossipDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly directory: { bootstrap(limit: number, signal: AbortSignal): Promise<unknown> };
  readonly caller: {
    exchange(endpoint: string, body: string, signature: string | undefined, signal: AbortSignal): Promise<unknown>;
  };
  /** An empty endpoint is not passed on. */
  readonly self: () => MeshSelf;
  /** The operator's own key; empty: nothing is signed, and everybody heard. */
  readonly operatorKey: () => string;
  /** Private addresses are right here: a practice network, or a directory next door. */
  readonly local: boolean;
  /** Called when a peer came or went. */
  readonly changed: () => void;
}

const ROUND_MS = 30_000;
const BOOTSTRAP_PEERS = 5;
/** Now and then the directory is asked even so: whom everybody around has lost, or never knew, is found again. */
const BOOTSTRAP_EVERY = 20;
const RETRY_S = 30;

export class Gossip implements Loop {
  readonly name = 'iicp mesh';
  readonly #deps: GossipDeps;
  readonly #calls: OriginWindow;
  #peers: Peers = noPeers;
  #round = 0;

  constructor(deps: GossipDeps) {
    this.#deps = deps;
    this.#calls = new OriginWindow(deps.clock, { perOrigin: MESH.exchanges, origins: MESH.callers });
  }

  /** Those that answered lately, the newest answer first. */
  get peers(): readonly Peer[] {
    return proven(this.#peers).toSorted((one, other) => other.heardAt - one.heardAt);
  }

  /** How many names are held, with those that have not answered. */
  get size(): number {
    return this.#peers.known.size;
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.round(signal);
      await this.#deps.clock.sleep(ROUND_MS, signal).catch(() => undefined);
    }
  }

  /** Never rejects: a peer or directory that fails is an everyday thing. */
  async round(signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#deps;
    this.#become(prune(this.#peers, clock.monotonic()));
    const round = this.#round;
    this.#round += 1;
    try {
      if (round % BOOTSTRAP_EVERY === 0 || this.#peers.known.size === 0) await this.#bootstrap(signal);
    } catch (error) {
      if (!signal.aborted) logger.debug('the directory named no peers', { error });
    }
    if (!signal.aborted) await Promise.all(toCall(this.#peers).map((target) => this.#call(target, signal)));
  }

  /** Answers POST /v1/peers: of the raw body, and the address it came from. */
  receive(body: Buffer, signature: string | undefined, address: string): wire.Refusal {
    const caller = callerOf(address);
    if (!this.#calls.admits(caller)) return wire.peersLimited(RETRY_S);
    const key = this.#deps.operatorKey();
    if (key !== '' && !isSignedWith(key, body, signature)) return wire.badSignature();
    // What is no JSON names no peer; older nodes answer it all the same.
    const json = parseJson(body, TOLD_JSON);
    const records = typeof json === 'string' ? [] : readPeerRecord(json.value, 'known_peers', this.#deps.local);
    this.#hear(records, caller);
    return { status: 200, body: { peers: this.peers.map((peer) => this.#reply(peer)) } };
  }

  async #bootstrap(signal: AbortSignal): Promise<void> {
    const json = await this.#deps.directory.bootstrap(BOOTSTRAP_PEERS, signal);
    this.#hear(readPeerRecord(json, 'peers', this.#deps.local), DIRECTORY);
  }

  async #call(target: Peer, signal: AbortSignal): Promise<void> {
    const { clock, caller, logger, operatorKey, local } = this.#deps;
    const body = JSON.stringify({ known_peers: this.#known() });
    const key = operatorKey();
    try {
      const signed = key === '' ? undefined : hmacHex(key, body);
      const json = await caller.exchange(target.endpoint, body, signed, signal);
      this.#become(answered(this.#peers, target.nodeId, clock.monotonic()));
      this.#hear(readPeerRecord(json, 'peers', local), target.endpoint);
    } catch (error) {
      if (signal.aborted) return;
      logger.debug('a peer did not answer', { error });
      this.#become(failed(this.#peers, target.nodeId, clock.monotonic()));
    }
  }

  #hear(records: ReturnType<typeof readPeerRecord>, source: string): void {
    const { clock, self } = this.#deps;
    const { nodeId, endpoint } = self();
    this.#become(merge(this.#peers, records, { now: clock.monotonic(), source, self: { nodeId, endpoint } }));
  }

  #become(peers: Peers): void {
    const before = this.#peers;
    this.#peers = peers;
    const [was, is] = [proven(before), proven(peers)];
    if (was.length !== is.length || is.some(({ nodeId }) => !before.known.get(nodeId)?.proven)) this.#deps.changed();
  }

  #known(): readonly object[] {
    const { nodeId, endpoint, relayCapable, relayPort, relayLoad } = this.#deps.self();
    const own = {
      node_id: nodeId,
      endpoint,
      relay_capable: relayCapable,
      relay_accept_port: relayPort,
      relay_load: relayLoad,
    };
    // What is unknown of a relay is left out: made up, it would go round as this node's word.
    const others = this.peers.map((peer) => ({
      ...this.#reply(peer),
      relay_capable: peer.relayCapable,
      relay_accept_port: peer.relayPort,
      relay_load: peer.relayLoad,
    }));
    return endpoint === '' ? others : [...others, own];
  }

  #reply({ nodeId, endpoint, region, heardAt }: Peer): object {
    const { clock } = this.#deps;
    const last_seen = new Date(clock.now() - (clock.monotonic() - heardAt)).toISOString();
    return { node_id: nodeId, endpoint, region, last_seen };
  }
}

function isSignedWith(key: string, body: Buffer, signature: string | undefined): boolean {
  const expected = Buffer.from(hmacHex(key, body));
  const given = Buffer.from(signature ?? '');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
