// Finding out where a node stands: asking the neighbours that may know, passing on what others ask, and answering for this node. The
// answer goes back the way that the question came, and the node that was looked for has signed it.

import type { Random } from '../../../base/random.ts';
import { FIPS } from '../bounds.ts';
import type { NodeAddr } from '../identity/names.ts';
import { TokenBucket } from '../links/token-bucket.ts';
import type { Coordinates } from '../wire/coordinates.ts';
import {
  encodeLookupRequest,
  encodeLookupResponse,
  type LookupRequest,
  type LookupResponse,
  lookupSigningBytes,
} from '../wire/lookup.ts';

const TTL = 64;
/** Each attempt waits for twice as long as the one before. */
const ATTEMPTS_MS = [1000, 2000, 4000, 8000];
const REMEMBERED_MS = 10_000;
/** Questions for one target that are passed on in that time, no matter which node asks. */
const PER_TARGET_MS = 2000;
const PER_TARGET = 4;

export interface LookupPorts {
  readonly random: Pick<Random, 'bytes'>;
  readonly me: NodeAddr;
  coordinates(): Coordinates;
  /** Neighbours that may know of it, of the tree where any of those does; `but`: not that one. */
  knowing(target: NodeAddr, but?: NodeAddr): readonly NodeAddr[];
  mtuOf(peer: NodeAddr): number;
  send(peer: NodeAddr, message: Buffer): void;
  sign(data: Buffer): Buffer;
  /** False, too, where the key of that node is not known. */
  isSignedBy(addr: NodeAddr, data: Buffer, signature: Buffer): boolean;
  found(target: NodeAddr, coordinates: Coordinates, pathMtu: number): void;
  failed(target: NodeAddr): void;
}

interface Search {
  readonly target: NodeAddr;
  attempt: number;
  until: number;
  id: bigint;
}

/** A question of others that was passed on. */
interface Passed {
  readonly from: NodeAddr;
  readonly until: number;
  answered: boolean;
}

export class Lookups {
  readonly #ports: LookupPorts;
  readonly #searches = new Map<NodeAddr, Search>();
  readonly #passed = new Map<bigint, Passed>();
  readonly #targets = new Map<NodeAddr, { readonly until: number; readonly count: number }>();
  readonly #answers: TokenBucket;

  constructor(ports: LookupPorts, now: number) {
    this.#ports = ports;
    this.#answers = new TokenBucket(FIPS.lookupAnswers, FIPS.lookupAnswers, now);
  }

  /** What others have asked and is remembered. */
  get remembered(): number {
    return this.#passed.size;
  }

  /** `found` or `failed` says what came of it. */
  search(target: NodeAddr, now: number): void {
    if (this.#searches.has(target)) return;
    if (this.#searches.size >= FIPS.searches) {
      this.#ports.failed(target);
      return;
    }
    const search: Search = { target, attempt: -1, until: now, id: 0n };
    this.#searches.set(target, search);
    this.#ask(search, now);
  }

  tick(now: number): void {
    for (const search of this.#searches.values()) if (now >= search.until) this.#ask(search, now);
    for (const [id, { until }] of this.#passed) if (now >= until) this.#passed.delete(id);
    for (const [target, { until }] of this.#targets) if (now >= until) this.#targets.delete(target);
  }

  onRequest(from: NodeAddr, request: LookupRequest, now: number): void {
    const { id, target, ttl, minMtu } = request;
    if (request.origin === this.#ports.me || this.#passed.has(id) || this.#passed.size >= FIPS.passedLookups) return;
    this.#passed.set(id, { from, until: now + REMEMBERED_MS, answered: false });
    if (target === this.#ports.me) {
      if (this.#answers.take(now)) this.#answer(from, id);
      return;
    }
    const asked = this.#targets.get(target) ?? { until: now + PER_TARGET_MS, count: 0 };
    if (ttl <= 1 || (now < asked.until && asked.count >= PER_TARGET)) return;
    const next = this.#ports.knowing(target, from).filter((peer) => this.#ports.mtuOf(peer) >= minMtu);
    if (next.length === 0) return;
    const count = now < asked.until ? asked.count + 1 : 1;
    this.#targets.set(target, { until: now < asked.until ? asked.until : now + PER_TARGET_MS, count });
    const message = encodeLookupRequest({ ...request, ttl: ttl - 1 });
    for (const peer of next) this.#ports.send(peer, message);
  }

  onResponse(from: NodeAddr, response: LookupResponse): void {
    const { id, target, targetCoordinates, proof } = response;
    const pathMtu = Math.min(response.pathMtu, this.#ports.mtuOf(from));
    const passed = this.#passed.get(id);
    if (passed) {
      if (passed.answered) return;
      passed.answered = true;
      this.#ports.send(passed.from, encodeLookupResponse({ ...response, pathMtu }));
      return;
    }
    const search = this.#searches.get(target);
    if (search?.id !== id || targetCoordinates[0] !== target) return;
    if (!this.#ports.isSignedBy(target, lookupSigningBytes(response), proof)) return;
    this.#searches.delete(target);
    this.#ports.found(target, targetCoordinates, pathMtu);
  }

  #answer(to: NodeAddr, id: bigint): void {
    const signed = { id, target: this.#ports.me, targetCoordinates: this.#ports.coordinates() };
    const proof = this.#ports.sign(lookupSigningBytes(signed));
    const pathMtu = this.#ports.mtuOf(to);
    this.#ports.send(to, encodeLookupResponse({ ...signed, pathMtu, proof }));
  }

  #ask(search: Search, now: number): void {
    search.attempt += 1;
    const wait = ATTEMPTS_MS[search.attempt];
    const { target } = search;
    const peers = this.#ports.knowing(target);
    if (wait === undefined || peers.length === 0) {
      this.#searches.delete(target);
      this.#ports.failed(target);
      return;
    }
    search.id = this.#ports.random.bytes(8).readBigUInt64LE(0);
    search.until = now + wait;
    const message = encodeLookupRequest({
      id: search.id,
      target,
      origin: this.#ports.me,
      ttl: TTL,
      minMtu: 0,
      originCoordinates: this.#ports.coordinates(),
    });
    for (const peer of peers) this.#ports.send(peer, message);
  }
}
