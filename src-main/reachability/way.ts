// What a caller wants, what was found out about it, and what may be published of it.

import type { OutsideProof } from '../../src-preload/contract/reachability.ts';
import { Emitter } from '../base/emitter.ts';
import { isPublicAddress } from './addresses.ts';
import {
  type Assessment,
  assess,
  type Candidate,
  candidatesOf,
  type Place,
  type Proven,
  type WayFacts,
} from './detect/assess.ts';
import type { CarrierJudged } from './detect/carrier.ts';
import type { Advertised, InboundRequest } from './inbound.ts';
import { mappingViewsOf } from './mapped.ts';
import type { MapperSnapshot } from './mapper/snapshot.ts';
import { isUnproven } from './nat-api/proven.ts';
import type { Found } from './network-facts.ts';
import { addressText, type OutsideChecks, type OutsideResult } from './outside.ts';
import { ELSEWHERE, holds, NOT_FORWARDED, NOT_REACHED, underWay } from './picture.ts';
import type { OutsideProber, ProbeResult } from './prober.ts';

/** Reasons to look again. */
interface Doubted {
  readonly unsure: readonly Place[];
  readonly recreated: readonly Place[];
}

export class Way {
  readonly request: InboundRequest;
  readonly checks: OutsideChecks;
  /** The prober that tries it from outside, if there is one. */
  readonly prober: OutsideProber | undefined;
  readonly events = new Emitter<{ changed: undefined }>();
  assessment: Assessment | undefined;
  /** Gives back what was asked of the mapper. */
  release: (() => void) | undefined;
  /** The first search for a router is over: it is tried whether the port is forwarded by hand. */
  searched = false;
  #doubts: ReadonlySet<string> = new Set();
  /** What was announced last. */
  published = '';

  constructor(request: InboundRequest, checks: OutsideChecks, prober: OutsideProber | undefined) {
    this.request = request;
    this.checks = checks;
    this.prober = prober;
  }

  /** Addresses that the router tells and others don't see; and what it had lost and granted again. Each once. */
  doubted({ mapped, seenV4 }: WayFacts, snapshot: MapperSnapshot): Doubted {
    const own = snapshot.mappings.filter(({ request }) => request.id === this.request.id);
    const before = this.#doubts;
    const doubts = new Set<string>();
    const fresh = (...doubt: readonly unknown[]) => {
      const text = JSON.stringify(doubt);
      doubts.add(text);
      return !before.has(text);
    };
    const unsure = mapped.flatMap(({ doubtful, external }) => (doubtful && fresh(external, seenV4) ? [external] : []));
    const recreated = own.flatMap(({ granted, recreated }) => {
      if (!granted || recreated === 0) return [];
      const { address: host, port } = granted.external;
      return fresh(host, port, recreated) ? [{ host, port }] : [];
    });
    this.#doubts = doubts;
    return { unsure, recreated };
  }

  /** It is not wanted any more: what a router holds for it is given back, and no prober outside is asked. */
  close(): void {
    this.release?.();
    this.release = undefined;
    void this.checks.stop();
  }

  /** Notes what became of the search for a router. */
  look(snapshot: MapperSnapshot): void {
    this.searched ||= this.release !== undefined && !mappingViewsOf(snapshot, this.request.id).some(underWay);
  }

  /** Judges it anew, and has what could be published tried from outside. */
  assess(facts: WayFacts): void {
    this.checks.watch(
      candidatesOf(facts).map(({ place, way, mustArrive }) => ({ ...place, through: way, mustArrive })),
      this.prober,
    );
    this.assessment = assess(facts, (candidate) => this.#proven(candidate));
  }

  get advertised(): Advertised | null {
    if (!this.assessment?.chosen) return null;
    const { endpoint: url, place, tier, method, proven } = this.assessment.chosen;
    const { natType, exposure, lastStep } = this.assessment;
    const { transport, purpose, http } = this.request;
    const endpoint = http ? url : addressText(place);
    return { ...place, transport, purpose, endpoint, tier, method, natType, exposure, lastStep, proven };
  }

  /** Of what is published; else of the best that was tried. */
  get proof(): OutsideProof | null {
    const { assessment, checks } = this;
    const tried = [assessment?.chosen, ...(assessment?.candidates ?? [])].flatMap((each) => each ?? []);
    const candidate = tried.find((each) => (checks.result(each.place)?.probeResult.kind ?? 'unknown') !== 'unknown');
    const result = candidate && checks.result(candidate.place);
    if (!result) return null;
    const { address, probeResult, prober, at, tookMs, seen } = result;
    const reached = probeResult.kind === 'reached';
    const why = candidate.way === 'forwarded' ? NOT_FORWARDED : elsewhere(probeResult) ? ELSEWHERE : NOT_REACHED;
    const evidence = evidenceOf(result);
    return { address, reached, prober, at, tookMs, seen, evidence, reason: reached ? null : why };
  }

  #proven({ place }: Candidate): Proven {
    if (!this.prober) return 'unknown';
    return this.checks.result(place)?.probeResult.kind ?? 'pending';
  }
}

function elsewhere(probeResult: ProbeResult): boolean {
  return probeResult.kind === 'not-reached' && probeResult.elsewhere === true;
}

function evidenceOf({ probeResult, seen }: OutsideResult): OutsideProof['evidence'] {
  if (probeResult.kind === 'reached') return probeResult.nonce ? 'nonce' : seen ? 'arrived' : 'answered';
  return elsewhere(probeResult) ? 'answered' : null;
}

export interface WayKnown {
  readonly snapshot: MapperSnapshot;
  readonly found: Found;
  readonly carrier: CarrierJudged;
  /** As the line is seen now, whatever kind of address that is. */
  readonly seenV4: string | undefined;
}

export function factsOf(
  { id, port, byHand = '', http }: InboundRequest,
  { snapshot, found, carrier, seenV4 }: WayKnown,
): WayFacts {
  // nat-api's yes counts for nothing until the router was seen to list it, or a connection came in.
  const unread = snapshot.mappings.some(({ request, granted }) => request.id === id && granted && isUnproven(granted));
  const held = mappingViewsOf(snapshot, id).filter((mapping) => holds(mapping) && mapping.external);
  return {
    port,
    // Without a scheme it is `host:port`.
    byHand: byHand === '' || byHand.includes('://') ? byHand : `http://${byHand}`,
    publicV4: found.own.publicV4,
    globalV6: found.own.ipv6,
    mapped: held.map((mapping) => ({
      family: mapping.family,
      external: { host: mapping.external!.address, port: mapping.external!.port },
      behindAnotherNat:
        mapping.behindAnotherNat || (carrier.behindAnotherNat && !isPublicAddress(mapping.external!.address)),
      doubtful: mapping.family === 4 && (carrier.behindAnotherNat || unread),
    })),
    seenV4: seenV4 !== undefined && isPublicAddress(seenV4) ? seenV4 : undefined,
    tunnels: http ? found.tunnels.filter((each) => each.healthy && each.port === port).map(({ url }) => url) : [],
    relay: undefined,
    natType: found.seenFrom?.natType ?? 'unknown',
    carrierNat: carrier.carrierNat,
  };
}
