// What somebody wants, what was found out about it, and what may be told of it.

import type { OutsideProof, PortView } from '../../src-preload/contract/reachability.ts';
import { Emitter } from '../base/emitter.ts';
import { isPublicAddress } from './addresses.ts';
import type { Found } from './around.ts';
import { type Assessment, assess, type Candidate, candidatesOf, type Proven, type WayFacts } from './detect/assess.ts';
import type { CarrierJudged } from './detect/carrier.ts';
import { mappingViewsOf } from './mapped.ts';
import type { MapperSnapshot } from './mapper/snapshot.ts';
import type { OutsideChecks } from './outside.ts';
import { holds, NOT_FORWARDED, NOT_REACHED, underWay } from './picture.ts';
import type { Advertised, WayInRequest } from './way-in.ts';

export class Way {
  readonly request: WayInRequest;
  readonly checks: OutsideChecks;
  readonly events = new Emitter<{ changed: undefined }>();
  assessment: Assessment | undefined;
  /** Gives back what was asked of the mapper. */
  release: (() => void) | undefined;
  /** The first search for a router is over: it is tried whether the port is forwarded by hand. */
  searched = false;
  /** What was announced last. */
  told = '';

  constructor(request: WayInRequest, checks: OutsideChecks) {
    this.request = request;
    this.checks = checks;
  }

  /** Notes what became of the search for a router. */
  look(snapshot: MapperSnapshot): void {
    this.searched ||= this.release !== undefined && !mappingViewsOf(snapshot, this.request.id).some(underWay);
  }

  /** Judges it anew, and has what could be told tried from outside. */
  assess(facts: WayFacts): void {
    this.checks.watch(
      candidatesOf(facts).map(({ place, way }) => ({ ...place, through: way })),
      this.request.witness,
    );
    this.assessment = assess(facts, (candidate) => this.#proven(candidate));
  }

  get advertised(): Advertised | null {
    if (!this.assessment?.chosen) return null;
    const { endpoint, tier, method, proven } = this.assessment.chosen;
    const { natType, exposure, lastStep } = this.assessment;
    return { endpoint, tier, method, natType, exposure, lastStep, proven };
  }

  /** Of what is told to others; else of the best that was tried. */
  get proof(): OutsideProof | null {
    const { assessment, checks } = this;
    const tried = [assessment?.chosen, ...(assessment?.candidates ?? [])].flatMap((each) => each ?? []);
    const candidate = tried.find((each) => (checks.result(each.place)?.sighting.kind ?? 'untold') !== 'untold');
    const result = candidate && checks.result(candidate.place);
    if (!result) return null;
    const { address, witness, at, tookMs, seen } = result;
    const reached = this.#proven(candidate) === 'reached';
    const why = candidate.way === 'forwarded' ? NOT_FORWARDED : NOT_REACHED;
    return { address, reached, witness, at, tookMs, seen, reason: reached ? null : why };
  }

  view(snapshot: MapperSnapshot): PortView {
    const { id, transport, port, purpose } = this.request;
    return {
      id,
      transport,
      port,
      purpose,
      mappings: mappingViewsOf(snapshot, id),
      advertised: this.assessment?.chosen?.endpoint ?? null,
      proof: this.proof,
    };
  }

  #proven({ place, mustArrive }: Candidate): Proven {
    if (!this.request.witness) return 'untold';
    const result = this.checks.result(place);
    if (!result) return 'pending';
    return result.sighting.kind === 'reached' && mustArrive && !result.seen ? 'not-reached' : result.sighting.kind;
  }
}

export interface WayKnown {
  readonly snapshot: MapperSnapshot;
  readonly found: Found;
  readonly carrier: CarrierJudged;
  /** As the line is seen now, whatever kind of address that is. */
  readonly seenV4: string | undefined;
}

export function factsOf(
  { id, port, byHand, notHttp }: WayInRequest,
  { snapshot, found, carrier, seenV4 }: WayKnown,
): WayFacts {
  const held = mappingViewsOf(snapshot, id).filter((mapping) => holds(mapping) && mapping.external);
  return {
    port,
    byHand: byHand ?? '',
    publicV4: found.own.publicV4,
    globalV6: found.own.ipv6,
    mapped: held.map((mapping) => ({
      family: mapping.family,
      external: { host: mapping.external!.address, port: mapping.external!.port },
      behindAnotherNat:
        mapping.behindAnotherNat || (carrier.behindAnotherNat && !isPublicAddress(mapping.external!.address)),
      doubtful: mapping.family === 4 && carrier.behindAnotherNat,
    })),
    seenV4: seenV4 !== undefined && isPublicAddress(seenV4) ? seenV4 : undefined,
    tunnels: notHttp ? [] : found.tunnels.filter(({ healthy }) => healthy).map(({ url }) => url),
    relay: undefined,
    natType: found.seenFrom?.natType ?? 'unknown',
    carrierNat: carrier.carrierNat,
  };
}
