// Whether a model server also answers where others can reach it. Then it works for any stranger who finds it, past Hearth's limits and
// its books. The same port at each of this computer's other addresses is asked who it is: another program may hold it there.

import { reasonFor } from '../../../src-i18n/reason.ts';
import type { Reason } from '../../../src-preload/contract/define.ts';
import type { BackendKind } from '../../../src-preload/contract/settings/backends.ts';
import type { Clock } from '../../base/clock.ts';
import { accepts } from './accepts.ts';
import { isHere } from './places.ts';
import { type Probed, probe } from './probe.ts';
import { ASK } from './signs.ts';

export interface ExposureOptions {
  /** The addresses of this computer beyond loopback, as URLs write them. */
  readonly hosts: ReadonlySet<string>;
  readonly signal?: AbortSignal | undefined;
}

const ANSWER_MS = 300;
/** A computer with many containers has many; a few are proof enough. */
const MOST_HOSTS = 16;
const MOST_NAMED = 3;

/** The warning, where there is cause for it. Never rejects; bounded by 600 ms. No key is sent. */
export async function exposureOf(
  clock: Clock,
  server: Probed,
  { hosts, signal }: ExposureOptions,
): Promise<Reason | undefined> {
  const { protocol, hostname, port, pathname } = new URL(server.url);
  if (!isHere(hostname, hosts)) return undefined;
  const checks = [...hosts].slice(0, MOST_HOSTS).map(async (host) => {
    const number = Number(port || (protocol === 'https:' ? 443 : 80));
    if (!(await accepts(clock, host, number, signal))) return undefined;
    const url = `${protocol}//${host}${port && `:${port}`}${pathname}`;
    // What tells this make from others, and what a server that wants a key would not say without one.
    const only = [ASK.openaiList, ASK.ollamaVersion, ASK.llamaProps].filter((path) => server.signs.has(path));
    const { signs } = await probe(clock, url, { timeoutMs: ANSWER_MS, signal, only });
    const same = only.every((path) => JSON.stringify(signs.get(path)) === JSON.stringify(server.signs.get(path)));
    return same && only.length > 0 ? `${host}:${number}` : undefined;
  });
  const places = (await Promise.all(checks)).filter((place) => place !== undefined);
  return places.length === 0 ? undefined : warning(server.verdict as BackendKind, places);
}

function warning(kind: BackendKind, places: readonly string[]): Reason {
  const named = places.slice(0, MOST_NAMED).join(', ');
  const left = places.length - MOST_NAMED;
  return reasonFor(`backends.exposed-${kind}`, { addresses: left > 0 ? `${named} (+${left})` : named });
}
