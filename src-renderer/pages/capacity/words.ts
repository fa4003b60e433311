// The words of this page: names of servers, what addresses turned out to be, and lists of them that can be read.
import type { BackendView, ModelView, ProbeView, Verdict } from '../../../src-preload/contract/backends.ts';
import type { DetectorView } from '../../../src-preload/contract/hardware.ts';
import type { LimitView } from '../../../src-preload/contract/limits.ts';
import type { Format } from '../../format/format.ts';
import { quoted } from '../../format/text.ts';
import type { Key, Translate } from '../../i18n/keys.ts';
import type { Speech } from '../../i18n/use-text.ts';
import { backendName, serverName } from '../../signs.ts';

/** A model's place in memory. */
export const modelWords: Record<ModelView['state'], Key> = {
  unknown: 'capacity.model.unknown',
  cold: 'capacity.model.cold',
  loading: 'capacity.model.loading',
  loaded: 'capacity.model.loaded',
  failing: 'capacity.model.failing',
};

/** What a limit bounds. */
export function limitName(limit: LimitView, backends: readonly BackendView[], t: Translate): string {
  const backend = backends.find(({ id }) => id === limit.backend);
  const server = backend ? serverName(backend, t) : quoted(limit.backend ?? '', 120);
  return t(`capacity.limitKind.${limit.kind}`, { server, model: quoted(limit.model ?? '', 80) });
}

/** What a detector says, and what to do, in the words of the page where it has some. */
export function detectorWords({ id, verdict, says, fix }: DetectorView, say: Speech['say']) {
  const { message, action } = say({
    code: `hardware.${id}.${verdict}`,
    message: says,
    ...(fix !== null && { action: fix }),
  });
  return { says: message, fix: fix === null ? undefined : (action ?? fix) };
}

const verdicts: Partial<Record<Verdict, Key>> = {
  nothing: 'capacity.verdict.nothing',
  silent: 'capacity.verdict.silent',
  denied: 'capacity.verdict.denied',
  other: 'capacity.verdict.other',
  same: 'capacity.verdict.same',
  skipped: 'capacity.verdict.skipped',
};

/** What an address turned out to be: a kind of server, or why it is none. */
export function verdictWord(verdict: Verdict, t: Translate): string {
  const key = verdicts[verdict];
  return key === undefined ? backendName(verdict as Parameters<typeof backendName>[0], t) : t(key);
}

/** Why an address was tried, where that is not plain. */
const sources: Partial<Record<ProbeView['source'], Key>> = {
  'ollama-host': 'capacity.source.ollama-host',
  service: 'capacity.source.service',
  wsl: 'capacity.source.wsl',
  user: 'capacity.source.user',
};

/** "Ollama at http://127.0.0.1:11434 (from OLLAMA_HOST)" */
export function probeWords({ url, verdict, source }: ProbeView, t: Translate): string {
  const values = { what: verdictWord(verdict, t), url: quoted(url, 120) };
  const from = sources[source];
  return from === undefined ? t('capacity.at', values) : t('capacity.atFrom', { ...values, source: t(from) });
}

/** "127.0.0.1 and [::1], ports 1234 and 8000; 127.0.0.1, port 4000": long lists of addresses read better by port. */
export function placesWords(urls: readonly string[], t: Translate, f: Pick<Format, 'list'>): string {
  const hostsOf = new Map<string, string[]>();
  for (const url of urls) {
    const { hostname, port, protocol } = URL.canParse(url) ? new URL(url) : { hostname: url, port: '', protocol: '' };
    const place = port || (protocol === 'https:' ? '443' : '80');
    hostsOf.set(place, [...(hostsOf.get(place) ?? []), hostname]);
  }
  const portsOf = new Map<string, string[]>();
  for (const [port, hosts] of hostsOf) {
    const names = f.list([...new Set(hosts)]);
    portsOf.set(names, [...(portsOf.get(names) ?? []), port]);
  }
  const parts = [...portsOf].map(([hosts, ports]) =>
    t('capacity.portsOf', { count: ports.length, hosts, ports: f.list(ports) }),
  );
  return parts.join('; ');
}
