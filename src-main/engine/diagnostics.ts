// Gathers what a diagnostics bundle is made of, from the same answers that the pages get, and from the system.

import { lstatSync, readdirSync, statfsSync } from 'node:fs';
import { arch, cpus, freemem, homedir, hostname, loadavg, release, totalmem, type, uptime, userInfo } from 'node:os';
import { basename, join } from 'node:path';
import type { DiagnosticsView } from '../../src-preload/contract/diagnostics.ts';
import { type Output, requests } from '../../src-preload/contract/index.ts';
import type { RequestName } from '../../src-preload/contract/names.ts';
import { settings as definitions } from '../../src-preload/contract/settings/index.ts';
import { type Clock, systemClock } from '../base/clock.ts';
import type { HearthError } from '../base/errors.ts';
import { brokenBundle, bundle, type Findings } from '../diagnostics/bundle.ts';
import { logTail } from '../diagnostics/log-tail.ts';
import { createRedactor } from '../diagnostics/redact.ts';
import type { Secrets } from '../secrets/secrets.ts';
import { VERSION } from './version.ts';

export { bundleText } from '../diagnostics/bundle.ts';

export interface DiagnosticsDeps {
  readonly clock: Clock;
  readonly secrets: Pick<Secrets, 'withoutValues'>;
  /** Answers as the pages get them, before the contract has stripped them. */
  readonly ask: (name: RequestName, input: unknown) => unknown;
  readonly dataDir: string;
  /** Of the database. */
  readonly sqliteVersion: () => string;
}

const LOG = { lines: 500, bytes: 1024 * 1024 };

export async function diagnose(deps: DiagnosticsDeps, { addresses }: { readonly addresses: boolean }) {
  const ask = async <N extends RequestName>(name: N, input?: unknown) =>
    requests[name].output.parse(await deps.ask(name, input)) as Output<N>;
  const { dataDir } = deps;
  const [node, settings, backends, networks, work, availability, backup, tried] = await Promise.all([
    ask('node.get'),
    ask('settings.get'),
    ask('backends.get'),
    ask('networks.get'),
    ask('work.get'),
    ask('availability.get'),
    ask('backup.get'),
    ask('backends.tried'),
  ]);
  const history = await Promise.all(networks.value.map(({ id }) => ask('networks.history', { id, limit: 100 })));
  const found: Findings = {
    at: deps.clock.now(),
    versions: versions(deps.sqliteVersion()),
    platform: platform(dataDir),
    storage: { dataFolder: dataDir, sizes: sizes(dataDir) },
    node: node.value,
    settings: settings.value,
    backends: backends.value,
    tried,
    networks: networks.value,
    history: history.map(({ items }) => items),
    work: work.value,
    availability: availability.value,
    backup: backup.value,
    logs: logTail(join(dataDir, 'logs'), LOG),
  };
  const nodes = networks.value.flatMap(({ nodeId }) => nodeId ?? []);
  const redact = createRedactor(
    {
      folders: foldersOf(dataDir),
      names: [
        ['<this computer>', hostname()],
        ['<name>', node.value.name],
      ],
      user: userName(),
      nodes,
      publicHosts: shippedHosts(),
    },
    { addresses },
  );
  return bundle(found, (text) => redact(deps.secrets.withoutValues(text, nodes)));
}

/** Of a node that cannot even be put together: why, and what there is without opening anything. */
export function diagnoseBroken(
  dataDir: string,
  error: HearthError,
  { addresses }: { readonly addresses: boolean },
): DiagnosticsView {
  const redact = createRedactor(
    {
      folders: foldersOf(dataDir),
      names: [['<this computer>', hostname()]],
      user: userName(),
      nodes: [],
      publicHosts: [],
    },
    { addresses },
  );
  const found = {
    at: systemClock.now(),
    error: { code: error.code, message: error.message },
    versions: versions(undefined),
    platform: platform(dataDir),
    storage: { dataFolder: dataDir, sizes: sizes(dataDir) },
    logs: logTail(join(dataDir, 'logs'), LOG),
  };
  return brokenBundle(found, redact);
}

function foldersOf(dataDir: string) {
  return [
    ['<data folder>', dataDir],
    ['~', homedir()],
  ] as const;
}

function versions(sqlite: string | undefined): Findings['versions'] {
  const { node, electron, chrome, openssl } = process.versions as Record<string, string | undefined>;
  return { hearth: VERSION, node, electron, chromium: chrome, openssl, sqlite };
}

function platform(dataDir: string): Findings['platform'] {
  const [cpu] = cpus();
  return {
    system: `${type()} ${release()} ${arch()}`,
    cpu: `${cpu?.model.trim() ?? 'unknown processor'} x ${cpus().length}`,
    memory: `${gigabytes(totalmem())}, ${gigabytes(freemem())} free`,
    load: loadavg().map((value) => Number(value.toFixed(2))),
    upHours: Math.round(uptime() / 3600),
    disk: disk(dataDir),
    locale: new Intl.DateTimeFormat().resolvedOptions().locale,
    timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
    desktop: process.env.XDG_CURRENT_DESKTOP ?? null,
    session: process.env.XDG_SESSION_TYPE ?? null,
  };
}

function disk(folder: string): string {
  try {
    const { bsize, blocks, bavail } = statfsSync(folder);
    return `${gigabytes(bsize * blocks)}, ${gigabytes(bsize * bavail)} free`;
  } catch {
    return 'unknown';
  }
}

/** Of what lies in the data folder, without what is below its folders. */
function sizes(dataDir: string): Record<string, number> {
  try {
    const entries = readdirSync(dataDir, { withFileTypes: true });
    return Object.fromEntries(entries.map((entry) => [entry.name, sizeOf(join(dataDir, entry.name))]));
  } catch {
    return {};
  }
}

/** Bytes of a file, or of all files below a folder. Links count as themselves. Nothing is opened. */
export function sizeOf(path: string): number {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat?.isDirectory()) return stat?.size ?? 0;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

/** Not every user has one, in a container for instance; the last word of the home folder is as good. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return basename(homedir());
  }
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

/** Hosts that come with the program, and tell nothing of its user. */
function shippedHosts(): string[] {
  return Object.values(definitions).flatMap(({ initial }) =>
    typeof initial === 'string' && URL.canParse(initial) ? [new URL(initial).hostname] : [],
  );
}
