// Looking for model servers as the node does it: at the usual addresses and at those that the user named, again and again, with
// the evidence of the last look kept.

import type { DetectionView } from '../../src-preload/contract/backends.ts';
import type { InferenceBackendSetting } from '../../src-preload/contract/settings/backends.ts';
import type { Clock } from '../base/clock.ts';
import { type Detection, detect } from './inference/detect.ts';
import { rootOf } from './inference/http.ts';
import { isHere, outerHosts, type Place, placeOf, usualPlaces } from './inference/places.ts';
import type { MemberOptions } from './member.ts';

export type Wanted = Omit<MemberOptions, 'apiKey' | 'everyMs'>;

export interface SearchDeps {
  readonly clock: Clock;
  readonly settings: {
    inference(): readonly InferenceBackendSetting[];
    keyFor(url: string): string | undefined;
  };
  /** In place of looking at real addresses. Must not reject. */
  readonly detect?: (places: readonly Place[], signal: AbortSignal) => Promise<Detection>;
}

export class Search {
  readonly #deps: SearchDeps;
  readonly #candidates: readonly string[] | undefined;
  #last: DetectionView | null = null;

  /** `candidates` are looked at instead of the usual addresses. */
  constructor(deps: SearchDeps, candidates: readonly string[] | undefined) {
    this.#deps = deps;
    this.#candidates = candidates;
  }

  /** Every address tried in the last look, with what it answered. */
  get last(): DetectionView | null {
    return this.#last;
  }

  /** `asked` where the user waits for it. Never rejects. */
  async look(asked: boolean, signal: AbortSignal): Promise<Detection> {
    const { clock } = this.#deps;
    const [at, began, hosts] = [clock.now(), clock.monotonic(), outerHosts()];
    const usual = this.#candidates?.map((url): Place => ({ url, source: 'usual' }));
    const places = [...this.#named(), ...(usual ?? (await usualPlaces({ clock, hosts })))];
    // The user's servers elsewhere are watched anyway; only the first look goes there, and those that are asked for.
    const known = new Map(this.#last?.tried.map((each) => [each.url, each]));
    const resting = (place: Place) => !asked && place.source === 'user' && !isHere(new URL(place.url).hostname, hosts);
    const shown = (place: Place) => (resting(place) ? known.get(place.url) : undefined);
    const silent = new Set([...known.values()].filter(({ verdict }) => verdict === 'silent').map(({ url }) => url));
    const run = this.#deps.detect ?? ((these) => detect({ clock, hosts }, { places: these, silent, signal }));
    const found = await run(
      places.filter((place) => !shown(place)),
      signal,
    );
    const tried = [...places.flatMap((place) => shown(place) ?? []), ...found.tried];
    if (!signal.aborted) this.#last = { at, took: clock.monotonic() - began, tried };
    return found;
  }

  /** The user's servers. Anthropic's are never asked what they are. */
  #named(): Place[] {
    const { settings } = this.#deps;
    const askable = settings.inference().filter(({ kind }) => kind !== 'anthropic');
    return askable.map(({ url, kind }) => ({ url, kind, source: 'user', apiKey: settings.keyFor(url) }));
  }
}

/**
 * What is known of servers found, after another look: those from before are kept, gone or not, unless the user has named them
 * since or something else has taken their place. Two that answer on one port at the same time are two.
 */
export function remember(
  before: readonly Wanted[],
  { backends }: Detection,
  isUp: (root: string) => boolean,
): readonly Wanted[] {
  const named = new Set(backends.flatMap(({ set, url, alsoAt = [] }) => (set ? [url, ...alsoAt].map(rootOf) : [])));
  const seen = new Set(backends.map(({ url }) => rootOf(url)));
  let all = before.filter(({ url }) => !named.has(rootOf(url)));
  for (const { url, kind, set } of backends) {
    if (set) continue;
    const found: Wanted = { kind, url, origin: 'found', enabled: true };
    const same = all.find((each) => rootOf(each.url) === rootOf(url));
    const earlier = same ?? all.find((each) => placeOf(each.url) === placeOf(url) && !seen.has(rootOf(each.url)));
    if (!earlier) all = [...all, found];
    else if (earlier.kind !== kind || !isUp(rootOf(earlier.url))) {
      all = all.map((each) => (each === earlier ? found : each));
    }
  }
  return all;
}
