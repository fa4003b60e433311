// The search for model servers: all addresses at once, each named by the shape of its answers, with the evidence kept.

import type { ProbeView, Verdict } from '../../../src-preload/contract/backends.ts';
import type { Reason } from '../../../src-preload/contract/define.ts';
import { BackendKind } from '../../../src-preload/contract/settings/backends.ts';
import type { Clock } from '../../base/clock.ts';
import { exposureOf } from './exposure.ts';
import { once, outerHosts, type Place, placeOf } from './places.ts';
import { type Probed, probe } from './probe.ts';
import { kindNames } from './recognise.ts';

export interface DetectedBackend {
  readonly url: string;
  readonly kind: BackendKind;
  readonly version: string | null;
  readonly models: readonly string[];
  /** Named by the user, not found by looking. */
  readonly set?: boolean;
  /** Further addresses that show the same server. */
  readonly alsoAt?: readonly string[];
  readonly warnings?: readonly Reason[];
}

export interface Detection {
  readonly backends: readonly DetectedBackend[];
  /** Every address, in the order given. */
  readonly tried: readonly ProbeView[];
}

export interface DetectDeps {
  readonly clock: Clock;
  /** The addresses of this computer beyond loopback; its network cards' own by default. */
  readonly hosts?: ReadonlySet<string>;
}

export interface DetectOptions {
  /** Where to look, the preferred address of a server first. */
  readonly places: readonly Place[];
  /** For each address; all are tried at once. 500 ms by default. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

const PROBE_MS = 500;
const WSL_HINT =
  'In WSL, Windows is asked too: a server there is reached once it listens on all of its addresses, or with mirrored networking.';

/** Never rejects. Takes `timeoutMs` and some 600 ms at most, whatever is out there. */
export async function detect({ clock, hosts = outerHosts() }: DetectDeps, options: DetectOptions): Promise<Detection> {
  const { timeoutMs = PROBE_MS, signal } = options;
  const places = once(options.places);
  const found: (Probed & { readonly place: Place; readonly alsoAt: string[] })[] = [];
  const probes = await Promise.all(
    places.map(async (place) => {
      if (place.skip !== undefined) return undefined;
      return probe(clock, place.url, { apiKey: place.apiKey, timeoutMs, signal });
    }),
  );
  const tried = places.map((place, index): ProbeView => {
    const probed = probes[index];
    if (!probed) return viewOf(place, { verdict: 'skipped', why: place.skip! });
    if (!isKind(probed.verdict)) return viewOf(place, { ...probed, why: whyOf(place, probed) });
    const twin = found.find((each) => identity(each, hosts) === identity(probed, hosts));
    if (twin) {
      twin.alsoAt.push(place.url);
      return viewOf(place, { ...probed, verdict: 'same', why: `The same server answers at ${twin.url}.` });
    }
    found.push({ ...probed, place, alsoAt: [] });
    return viewOf(place, { ...probed, why: whyOf(place, probed) });
  });
  const exposures = await Promise.all(found.map((each) => exposureOf(clock, each, { hosts, signal })));
  const backends = found.map(({ url, verdict, version, models, place, alsoAt }, index): DetectedBackend => {
    const crowd = found.filter((each) => placeOf(each.url, hosts) === placeOf(url, hosts));
    const warnings = [exposures[index], memoryPressure(crowd)].filter((each) => each !== undefined);
    return { url, kind: verdict as BackendKind, version, models, set: place.source === 'user', alsoAt, warnings };
  });
  for (const { url, warnings = [] } of backends) tried.find((each) => each.url === url)!.warnings.push(...warnings);
  return { backends, tried };
}

function isKind(verdict: Verdict): verdict is BackendKind {
  return BackendKind.safeParse(verdict).success;
}

/** Two addresses of one port that show the same are one server. */
function identity({ url, verdict, version, models }: Probed, hosts: ReadonlySet<string>): string {
  return JSON.stringify([placeOf(url, hosts), verdict, version, models.toSorted()]);
}

function viewOf(
  { url, source }: Place,
  shown: Pick<ProbeView, 'verdict' | 'why'> & Partial<Omit<Probed, 'verdict'>>,
): ProbeView {
  const { verdict, why, answers = [], version = null, models = [], took = 0 } = shown;
  return { url, source, verdict, why, answers, version, models: [...models], warnings: [], took };
}

function whyOf({ source, apiKey, kind }: Place, { verdict, why }: Probed): string {
  const said = kind === undefined || kind === 'openai' || kind === verdict ? undefined : kindNames[kind];
  if (said && isKind(verdict)) return `${why} The settings say that it is ${said}.`;
  if (verdict === 'denied' && apiKey) return 'It wants a key, and does not accept the one in the settings.';
  return source === 'wsl' && (verdict === 'nothing' || verdict === 'silent') ? `${why} ${WSL_HINT}` : why;
}

/** Names like localhost reach one of them or the other, as it happens. Where the user named one, that is the one in use. */
function memoryPressure(servers: readonly (Probed & { readonly place: Place })[]): Reason | undefined {
  if (servers.length < 2 || servers.some(({ place }) => place.source === 'user')) return undefined;
  const port = new URL(servers[0]!.url).port;
  const named = servers.map(({ url, verdict, version }) => {
    return `${kindNames[verdict as BackendKind]}${version === null ? '' : ` ${version}`} at ${url}`;
  });
  return {
    code: 'backends.two-on-one-port',
    message: `${port === '' ? 'One port' : `Port ${port}`} leads to different servers: ${named.join(' and ')}.`,
    action: 'Stop the one that you do not mean. Or name the one that you mean in the settings: then only that is used.',
  };
}
