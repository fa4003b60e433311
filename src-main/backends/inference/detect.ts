// The search for model servers: all addresses at once, each named by the shape of its answers, with the evidence kept.

import { reasonFor } from '../../../src-i18n/reason.ts';
import type { ProbeView, Verdict } from '../../../src-preload/contract/backends.ts';
import type { Reason } from '../../../src-preload/contract/define.ts';
import { BackendKind } from '../../../src-preload/contract/settings/backends.ts';
import type { Clock } from '../../base/clock.ts';
import { exposureOf } from './exposure.ts';
import { isHere, once, outerHosts, type Place, placeOf } from './places.ts';
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
  /** Addresses that said nothing the last time, even when they were waited for: not waited for again. */
  readonly silent?: ReadonlySet<string>;
  readonly signal?: AbortSignal;
}

const PROBE_MS = 500;

/** On this computer only a refusal says that nothing is there: what is late may be a server on a busy computer, and gets this once more. */
const PATIENT_MS = 2000;

/** Never rejects. Takes `timeoutMs` and some 600 ms at most, and `PATIENT_MS` where something here was late, whatever is out there. */
export async function detect({ clock, hosts = outerHosts() }: DetectDeps, options: DetectOptions): Promise<Detection> {
  const { timeoutMs = PROBE_MS, silent, signal } = options;
  const places = once(options.places);
  const found: (Probed & { readonly place: Place; readonly alsoAt: string[] })[] = [];
  const probes = await Promise.all(
    places.map(async (place) => {
      if (place.skip !== undefined) return undefined;
      const asked = { apiKey: place.apiKey, timeoutMs, signal };
      const first = await probe(clock, place.url, asked);
      if (!first.late || signal?.aborted || silent?.has(place.url) || !isOnThis(place.url, hosts)) return first;
      return probe(clock, place.url, { ...asked, timeoutMs: PATIENT_MS });
    }),
  );
  const tried = places.map((place, index): ProbeView => {
    const probed = probes[index];
    if (!probed) return viewOf(place, { verdict: 'skipped', why: [place.skip!] });
    if (!isKind(probed.verdict)) return viewOf(place, { ...probed, why: whyOf(place, probed) });
    const twin = found.find((each) => identity(each, hosts) === identity(probed, hosts));
    if (twin) {
      twin.alsoAt.push(place.url);
      return viewOf(place, { ...probed, verdict: 'same', why: [reasonFor('probe.same', { url: twin.url })] });
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

function isOnThis(url: string, hosts: ReadonlySet<string>): boolean {
  return isHere(new URL(url).hostname, hosts);
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
  shown: Pick<Probed, 'why'> & { readonly verdict: Verdict } & Partial<Omit<Probed, 'verdict'>>,
): ProbeView {
  const { verdict, why, answers = [], version = null, models = [], took = 0 } = shown;
  return { url, source, verdict, why: [...why], answers, version, models: [...models], warnings: [], took };
}

function whyOf({ source, apiKey, kind }: Place, { verdict, why }: Probed): readonly Reason[] {
  const said = kind === undefined || kind === 'openai' || kind === verdict ? undefined : kindNames[kind];
  if (said && isKind(verdict)) return [...why, reasonFor('probe.set-otherwise', { make: said })];
  if (verdict === 'denied' && apiKey) return [reasonFor('probe.key-refused')];
  return source === 'wsl' && (verdict === 'nothing' || verdict === 'silent') ? [...why, reasonFor('probe.wsl')] : why;
}

/** Names like localhost reach one of them or the other, as it happens. Where the user named one, that is the one in use. */
function memoryPressure(servers: readonly (Probed & { readonly place: Place })[]): Reason | undefined {
  if (servers.length < 2 || servers.some(({ place }) => place.source === 'user')) return undefined;
  const { protocol, port: own } = new URL(servers[0]!.url);
  const port = own || (protocol === 'https:' ? '443' : '80');
  const named = servers.map(({ url, verdict, version }) => {
    return `${kindNames[verdict as BackendKind]}${version === null ? '' : ` ${version}`} (${url})`;
  });
  return reasonFor('backends.two-on-one-port', { port, servers: named.join(', ') });
}
