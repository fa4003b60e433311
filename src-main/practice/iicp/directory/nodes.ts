// The directory's memory: one record for each node id, who may speak for it, and how long a silence it survives.

import type { Clock } from '../../../base/clock.ts';
import { sameText, sha256Hex } from '../signing.ts';
import { type ApiRequest, bearerOf, invalid, type Json, refusal } from './exchange.ts';
import { Observed } from './observed.ts';
import { NODE_ID, type Registration } from './registration-rules.ts';

/** A node that was silent for longer is no longer offered; its next beat brings it back. */
export const SILENCE_MS = 90_000;
const MOST_NODES = 1000;
const START_REPUTATION = 0.5;

export interface Transaction {
  readonly id: string;
  /** Micro-credits. */
  readonly micro: number;
  readonly taskId: string;
  readonly nonce: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface NodeRecord {
  readonly nodeId: string;
  registration: Registration;
  tokenHash: string;
  /** Of the token that only reports on others are signed for. */
  proxyTokenHash: string;
  hmacKey: string;
  lastHeardAt: number;
  lastHeardMonotonic: number;
  publicReachable: boolean;
  pricingVerified: boolean;
  operatorVerified: boolean;
  /** The two newest challenges: a reply that got lost must not make the next answer look wrong. */
  challenges: readonly string[];
  readonly liveness: { verified: number; missing: number; wrong: number };
  readonly tasks: { success: number; failed: number };
  readonly batches: Set<string>;
  beats: number;
  reputation: number;
  /** How often the reputation changed. */
  epoch: number;
  available: boolean;
  status: string;
  load: number;
  activeJobs: number;
  maxConcurrent: number;
  latencyMs: number | undefined;
  /** What others saw of it. */
  readonly observed: Observed;
  /** What the node last said it can serve; undefined when it never said. */
  healthModels: readonly string[] | undefined;
  stability: Json | undefined;
  balanceMicro: number;
  readonly transactions: Transaction[];
  /** Nonces of awards and when they may be forgotten. */
  readonly awardNonces: Map<string, number>;
  /** Micro-credits, in an hour since the epoch. */
  awardedInHour: { readonly hour: number; readonly micro: number };
}

export class Nodes {
  readonly #clock: Clock;
  readonly #byId = new Map<string, NodeRecord>();
  readonly #hidden = new Set<string>();
  /** What the ledger of nodes that left still holds, in micro-credits. */
  readonly #ledgers = new Map<string, number>();

  constructor({ clock }: { readonly clock: Clock }) {
    this.#clock = clock;
  }

  get(nodeId: string): NodeRecord | undefined {
    return this.#byId.get(nodeId);
  }

  /** Every record, heard lately or not. */
  all(): readonly NodeRecord[] {
    return [...this.#byId.values()];
  }

  isAlive(node: NodeRecord): boolean {
    return this.#clock.monotonic() - node.lastHeardMonotonic <= SILENCE_MS;
  }

  alive(): readonly NodeRecord[] {
    return this.all().filter((node) => this.isAlive(node) && !this.#hidden.has(node.nodeId));
  }

  heard(node: NodeRecord): void {
    node.lastHeardAt = this.#clock.now();
    node.lastHeardMonotonic = this.#clock.monotonic();
  }

  /** A new record. When the directory is full, the node silent for longest gives way if its time is over. */
  add(nodeId: string, registration: Registration): NodeRecord {
    if (this.#byId.size >= MOST_NODES) {
      const oldest = this.all().reduce((a, b) => (b.lastHeardMonotonic < a.lastHeardMonotonic ? b : a));
      if (this.isAlive(oldest)) throw refusal(503, 'directory_full', 'no room for another node');
      this.#byId.delete(oldest.nodeId);
    }
    const node: NodeRecord = {
      nodeId,
      registration,
      tokenHash: '',
      proxyTokenHash: '',
      hmacKey: '',
      lastHeardAt: this.#clock.now(),
      lastHeardMonotonic: this.#clock.monotonic(),
      publicReachable: false,
      pricingVerified: false,
      operatorVerified: false,
      challenges: [],
      liveness: { verified: 0, missing: 0, wrong: 0 },
      tasks: { success: 0, failed: 0 },
      batches: new Set(),
      beats: 0,
      reputation: START_REPUTATION,
      epoch: 0,
      available: true,
      status: 'available',
      load: 0,
      activeJobs: 0,
      maxConcurrent: registration.maxConcurrent,
      latencyMs: undefined,
      observed: new Observed(),
      healthModels: undefined,
      stability: undefined,
      balanceMicro: 0,
      transactions: [],
      awardNonces: new Map(),
      awardedInHour: { hour: 0, micro: 0 },
    };
    this.#byId.set(nodeId, node);
    return node;
  }

  /** Not listed until it registers again, though it is heard. */
  hide(nodeId: string): void {
    this.#hidden.add(nodeId);
  }

  show(nodeId: string): void {
    this.#hidden.delete(nodeId);
  }

  /** It leaves, and its balance with it; the ledger, which is another table, stays. */
  leave(node: NodeRecord): void {
    this.#ledgers.set(node.nodeId, this.ledgerOf(node));
    this.remove(node.nodeId);
  }

  /** What the ledger says a node has: as much as its balance, unless it has left and come back. */
  ledgerOf({ nodeId, balanceMicro }: NodeRecord): number {
    return (this.#ledgers.get(nodeId) ?? 0) + balanceMicro;
  }

  remove(nodeId: string): void {
    this.#byId.delete(nodeId);
  }

  owns(node: NodeRecord, token: string | undefined): boolean {
    return token !== undefined && sameText(sha256Hex(token), node.tokenHash);
  }

  ownsProxyToken(node: NodeRecord, token: string | undefined): boolean {
    return token !== undefined && sameText(sha256Hex(token), node.proxyTokenHash);
  }

  /** Who speaks on a route of the ledger: bearer and X-Node-Id. 401 without or with a bad token, 422 without id, 404 when unknown. */
  speaker(request: ApiRequest): NodeRecord {
    if (bearerOf(request.headers) === undefined) throw refusal(401, 'unauthorized', 'a node_token is required');
    const id = request.headers['x-node-id'];
    if (typeof id !== 'string' || !NODE_ID.test(id)) throw invalid('X-Node-Id is required');
    const node = this.get(id);
    if (!node) throw refusal(404, 'IICP-E003', 'node not registered');
    if (!this.owns(node, bearerOf(request.headers))) throw refusal(401, 'unauthorized', 'invalid node_token');
    return node;
  }
}

/** The models a node serves now: what its heartbeat says, else what it registered with. */
export function modelsOf(node: NodeRecord, intent?: string): readonly string[] {
  const { capabilities } = node.registration;
  const fitting = intent === undefined ? capabilities : capabilities.filter((one) => one.intent === intent);
  const registered = [...new Set(fitting.flatMap(({ models }) => models))];
  const { healthModels } = node;
  if (healthModels === undefined) return registered;
  if (intent === undefined) return healthModels;
  const elsewhere = new Set(capabilities.filter((one) => one.intent !== intent).flatMap(({ models }) => models));
  return healthModels.filter((model) => registered.includes(model) || !elsewhere.has(model));
}
