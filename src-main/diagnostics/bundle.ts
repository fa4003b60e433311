// A diagnostics bundle from what the pages show anyway: parts as texts, each short enough to be read before it is sent, and
// redacted as a whole.

import type { AvailabilityView } from '../../src-preload/contract/availability.ts';
import type { BackendView, DetectionView } from '../../src-preload/contract/backends.ts';
import type { BackupView } from '../../src-preload/contract/backup.ts';
import type { Reason } from '../../src-preload/contract/define.ts';
import type { DiagnosticsPart, DiagnosticsPartName, DiagnosticsView } from '../../src-preload/contract/diagnostics.ts';
import type { NetworkView } from '../../src-preload/contract/networks/index.ts';
import type { NodeView } from '../../src-preload/contract/node.ts';
import type { SettingView } from '../../src-preload/contract/settings/index.ts';
import type { WorkView } from '../../src-preload/contract/work.ts';
import { escaped } from '../base/unseen.ts';

export interface Findings {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly versions: Readonly<Record<string, string | undefined>>;
  readonly platform: { readonly system: string; readonly cpu: string; readonly memory: string } & Readonly<
    Record<string, unknown>
  >;
  readonly storage: Readonly<Record<string, unknown>>;
  readonly node: NodeView;
  readonly settings: readonly SettingView[];
  readonly backends: readonly BackendView[];
  readonly tried: DetectionView | null;
  readonly networks: readonly NetworkView[];
  readonly history: unknown;
  readonly work: WorkView;
  readonly availability: AvailabilityView;
  readonly backup: BackupView;
  /** Lines of the log, oldest first. */
  readonly logs: readonly string[];
}

/** Together they stay below what any face takes in one message. */
const LONGEST_PART = 32 * 1024;
const LONGEST_LOG = 192 * 1024;

/** `redact` is applied to each text; the same word stands for the same thing in all of them. */
export function bundle(found: Findings, redact: (text: string) => string): DiagnosticsView {
  const codes = codesIn(found);
  const json = (value: unknown) => cut(redact(JSON.stringify(value, null, 2)), LONGEST_PART);
  const texts: Record<DiagnosticsPartName, string> = {
    report: cut(redact(report(found, codes)), LONGEST_PART),
    versions: json(found.versions),
    platform: json(found.platform),
    services: json(found.node),
    settings: json(Object.fromEntries(found.settings.map((setting) => [setting.path, shown(setting)]))),
    backends: json({ servers: found.backends, lookedAt: found.tried }),
    networks: json({ networks: found.networks, history: found.history }),
    work: json(found.work),
    // When the user is away helps no helper.
    availability: json({ ...found.availability, learned: undefined }),
    storage: json({ ...found.storage, backup: found.backup }),
    logs: lastOf(found.logs.map(redact), LONGEST_LOG),
  };
  return assembled(found.at, codes, texts);
}

/** Of a node that could not be opened: the same, with the parts that need no open folder. */
export function brokenBundle(
  found: Pick<Findings, 'at' | 'versions' | 'platform' | 'storage' | 'logs'> & { readonly error: Reason },
  redact: (text: string) => string,
): DiagnosticsView {
  const json = (value: unknown) => cut(redact(JSON.stringify(value, null, 2)), LONGEST_PART);
  const { code, message } = found.error;
  const { system, cpu, memory } = found.platform;
  return assembled(found.at, [code], {
    report: redact(
      [
        `Hearth ${found.versions.hearth} can't open its data folder, ${new Date(found.at).toISOString()}`,
        `${system}, ${cpu}, ${memory}`,
        `${code}: ${message}`,
      ].join('\n'),
    ),
    versions: json(found.versions),
    platform: json(found.platform),
    storage: json(found.storage),
    logs: lastOf(found.logs.map(redact), LONGEST_LOG),
  });
}

function assembled(at: number, codes: string[], texts: Partial<Record<DiagnosticsPartName, string>>): DiagnosticsView {
  const parts = (Object.entries(texts) as [DiagnosticsPartName, string][]).map(
    ([name, text]): DiagnosticsPart => ({
      name,
      fileName: FILES[name] ?? `${name}.json`,
      bytes: Buffer.byteLength(text),
      text,
    }),
  );
  const day = new Date(at).toISOString().slice(0, 16).replace('T', '-').replace(':', '');
  return { at, fileName: `hearth-diagnostics-${day}.json`, codes, parts };
}

/** What a face saves: one file of JSON with the very texts that were shown. */
export function bundleText({ at, codes, parts }: DiagnosticsView): string {
  const files = Object.fromEntries(parts.map(({ fileName, text }) => [fileName, text]));
  return `${escaped(JSON.stringify({ at: new Date(at).toISOString(), codes, parts: files }, null, 1))}\n`;
}

const FILES: Partial<Record<DiagnosticsPartName, string>> = { report: 'report.txt', logs: 'hearth.log' };

function shown({ secret, isSet, value }: SettingView): unknown {
  if (secret) return isSet ? '(set)' : '(not set)';
  return isSet ? value : { initial: value };
}

function reasonsIn({ node, backends, networks, work, availability }: Findings): (Reason | null | undefined)[] {
  return [
    node.reason,
    ...node.services.map(({ reason }) => reason),
    ...backends.flatMap(({ reason, warnings }) => [reason, ...warnings]),
    ...networks.flatMap(({ reason, blockers }) => [reason, ...blockers]),
    ...availability.rules.flatMap(({ state, id, says }) =>
      state === 'unreadable' ? [{ code: `availability.${id}`, message: says }] : [],
    ),
    ...work.recent.flatMap(({ code, state }) =>
      code && state !== 'done' ? [{ code, message: `A task: ${state}.` }] : [],
    ),
  ];
}

function codesIn(found: Findings): string[] {
  return [...new Set(reasonsIn(found).flatMap((reason) => reason?.code ?? []))].sort();
}

/** What fits into a message to a helper. */
function report(found: Findings, codes: readonly string[]): string {
  const { node, versions, platform, backends, networks, work, backup } = found;
  const said = new Map(reasonsIn(found).flatMap((reason) => (reason ? [[reason.code, reason.message] as const] : [])));
  const list = (items: readonly string[], none: string) =>
    items.length > 0 ? items.map((item) => `  ${item}`) : [`  ${none}`];
  return [
    `Hearth ${node.version} (${node.mode}${node.practice ? ', practice' : ''}), ${new Date(found.at).toISOString()}`,
    `${platform.system}, ${platform.cpu}, ${platform.memory}`,
    `Node ${versions.node}${versions.electron ? `, Electron ${versions.electron}` : ''}, SQLite ${versions.sqlite}`,
    '',
    `${node.sentence}. ${node.working} of ${node.slots} slots in use.`,
    'Not as it should be:',
    ...list(
      codes.map((code) => `${code}: ${said.get(code) ?? ''}`),
      'nothing',
    ),
    'Model servers:',
    ...list(
      backends.map(({ kind, url, state, models }) => `${kind} at ${url}: ${state}, ${models.length} models`),
      'none',
    ),
    'Networks:',
    ...list(
      networks.map(({ title, state, address }) => `${title}: ${state}${address ? ` at ${address}` : ''}`),
      'none',
    ),
    `Today: ${work.today.done} done, ${work.today.failed} failed, ${work.today.cancelled} cancelled, ${work.today.refused} refused`,
    `Backup: ${backup.last ? new Date(backup.last.madeAt).toISOString() : 'none'}${backup.last?.provenAt ? ', proven' : ''}`,
  ].join('\n');
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}\n... (${text.length - most} characters more)` : text;
}

/** The newest lines that fit. */
function lastOf(lines: readonly string[], most: number): string {
  let start = lines.length;
  for (let size = 0; start > 0; start -= 1) {
    size += lines[start - 1]!.length + 1;
    if (size > most) break;
  }
  return lines.slice(start).join('\n');
}
