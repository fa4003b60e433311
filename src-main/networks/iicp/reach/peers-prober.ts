// Some peers as probers. They are strangers: only those that can be called without a look-up are asked, a few at a time, and one
// that does not do this is left alone for a while.

import { isIP } from 'node:net';
import type { Clock } from '../../../base/clock.ts';
import type { Random } from '../../../base/random.ts';
import { isPublicAddress } from '../../../reachability/addresses.ts';
import type { OutsideProber, OutsideTarget, ProbeResult } from '../../../reachability/prober.ts';
import { REACH } from './bounds.ts';
import { HearthProber, type HearthProberDeps } from './hearth-prober.ts';

export interface PeersProberDeps extends HearthProberDeps {
  readonly clock: Clock;
  readonly random: Random;
  /** Endpoints of peers that answered lately. */
  readonly peers: () => readonly string[];
}

const AT_ONCE = 2;
const REST_MS = 1_800_000;

export class PeersProber implements OutsideProber {
  readonly name = 'peers';
  readonly #deps: PeersProberDeps;
  readonly #local: boolean;
  /** Until when a peer is not asked, in order of time. */
  readonly #resting = new Map<string, number>();

  constructor(deps: PeersProberDeps, options: { readonly local: boolean }) {
    this.#deps = deps;
    this.#local = options.local;
  }

  async reach(target: OutsideTarget, signal: AbortSignal): Promise<ProbeResult> {
    const family = isIP(target.host);
    const found = this.#pick(this.#deps.peers().filter((url) => this.#mayAsk(url, family)));
    const probeResults = await Promise.all(found.map((url) => this.#ask(url, target, signal)));
    const reached = probeResults.find(({ kind }) => kind === 'reached');
    return reached ?? probeResults.find(({ kind }) => kind === 'not-reached') ?? { kind: 'unknown' };
  }

  async #ask(url: string, target: OutsideTarget, signal: AbortSignal): Promise<ProbeResult> {
    const probeResult = await new HearthProber(this.#deps, url).reach(target, signal);
    if (probeResult.kind === 'unknown') this.#rest(url);
    return probeResult;
  }

  #mayAsk(url: string, family: number): boolean {
    const host = URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : '';
    if (isIP(host) === 0 || (family !== 0 && isIP(host) !== family)) return false;
    if ((this.#resting.get(url) ?? 0) > this.#deps.clock.monotonic()) return false;
    return this.#local || isPublicAddress(host);
  }

  #pick(urls: readonly string[]): readonly string[] {
    const left = [...urls];
    const picked: string[] = [];
    while (picked.length < AT_ONCE && left.length > 0)
      picked.push(...left.splice(this.#deps.random.int(left.length), 1));
    return picked;
  }

  #rest(url: string): void {
    this.#resting.delete(url);
    this.#resting.set(url, this.#deps.clock.monotonic() + REST_MS);
    for (const oldest of this.#resting.keys()) {
      if (this.#resting.size <= REACH.resting) break;
      this.#resting.delete(oldest);
    }
  }
}
