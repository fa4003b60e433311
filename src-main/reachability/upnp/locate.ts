// From a question on the line to the services of the router there: search, descriptions, the best first.

import type { Clock } from '../../base/clock.ts';
import { MappingError, type MappingPhase } from '../errors.ts';
import { type Description, readDescription } from './description.ts';
import { exchange } from './http.ts';
import { type Line, type Place, placeOf, sameHost } from './lan.ts';
import { SoapError } from './soap.ts';
import { type SsdpAnswer, search } from './ssdp.ts';

export interface LocateOptions {
  readonly line: Line;
  readonly ssdpPort: number;
  readonly phase: MappingPhase;
  readonly signal: AbortSignal;
  /** What is left of the call, milliseconds: a patient call also waits longer for a first answer. */
  readonly leftMs: number;
}

/** As long as a device may wait before it answers, by the MX that is sent, and its way. */
const SEARCH_MS = 1100;
/** Of what is left, at most: to know of silence in time. */
const SEARCH_SHARE = 0.9;
/** After the first usable description, for the others. */
const LINGER_MS = 60;

/** Descriptions with a service that we know, the router's own before a neighbour's. Rejects when there is none. */
export async function locate(
  { clock }: { readonly clock: Clock },
  { line, ssdpPort, phase, signal, leftMs }: LocateOptions,
): Promise<Description[]> {
  const forMs = Math.min(Math.max(SEARCH_MS, leftMs / 2), leftMs * SEARCH_SHARE);
  const answers = await search({ clock }, { line, forMs, signal, port: ssdpPort });
  signal.throwIfAborted();
  const places = placesOf(answers, line);
  if (places.length === 0) throw notFound(phase);
  const { found, failure } = await descriptions({ clock }, places, line, signal);
  if (found.length > 0) return found;
  // What went wrong at the likeliest place says the most.
  throw failure ?? notFound(phase);
}

export function notFound(phase: MappingPhase): MappingError {
  const message = 'No router with UPnP answered. It may be switched off in its settings.';
  return new MappingError(message, { kind: 'unavailable', reason: 'not-found', protocol: 'upnp', phase });
}

/** Some routers answer as something else than a router, so whatever the router itself says is looked at where nothing better is. */
function placesOf(answers: readonly SsdpAnswer[], line: Line): Place[] {
  const routers = answers.filter(({ router }) => router);
  const likely = routers.length > 0 ? routers : answers.filter(({ source }) => sameHost(source, line.router));
  const places = new Map<string, Place>();
  for (const { location, source } of likely) {
    const place = placeOf(location, source, line);
    if (place) places.set(`${place.host} ${place.port} ${place.path}`, place);
  }
  const own = (place: Place) => Number(sameHost(place.host, line.router));
  return [...places.values()].sort((one, other) => own(other) - own(one));
}

/**
 * All at once; one that hangs holds no other up once another is there, but the router's own goes before what another device of its
 * line says of himself. In the order of `places`.
 */
async function descriptions(
  { clock }: { readonly clock: Clock },
  places: readonly Place[],
  line: Line,
  signal: AbortSignal,
): Promise<{ readonly found: Description[]; readonly failure: Error | undefined }> {
  const found: (Description | undefined)[] = places.map(() => undefined);
  const failures: (Error | undefined)[] = [];
  const rest = new AbortController();
  const abort = () => rest.abort(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  let cancel: (() => void) | undefined;
  let own = places.filter(({ host }) => sameHost(host, line.router)).length;
  const settled = (place: Place) => {
    if (sameHost(place.host, line.router)) own -= 1;
    const enough = found.some((each, index) => each && (own === 0 || sameHost(places[index]!.host, line.router)));
    if (enough) cancel ??= clock.after(LINGER_MS, () => rest.abort(new Error('another one was faster')));
  };
  const reads = places.map(async (place, index) => {
    try {
      const answer = await exchange({ place, local: line.local, signal: rest.signal });
      if (answer.status !== 200) throw new SoapError('no description there', answer.status);
      const description = readDescription(answer.body, place);
      if (description.services.length === 0) return;
      found[index] = description;
    } catch (error) {
      failures[index] = error instanceof Error ? error : new Error('ended by something else', { cause: error });
    } finally {
      settled(place);
    }
  });
  await Promise.all(reads);
  cancel?.();
  signal.removeEventListener('abort', abort);
  return {
    found: found.filter((each) => each !== undefined),
    failure: failures.find((each) => each !== undefined),
  };
}
