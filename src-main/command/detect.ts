// `hearth detect`: where model servers were looked for, what answered, and why it was taken for what. A running node is asked;
// without one the command looks by itself, and needs no data folder for it.

import type { DetectionView, ProbeView } from '../../src-preload/contract/backends.ts';
import { BackendKind } from '../../src-preload/contract/settings/backends.ts';
import type { Place } from '../backends/inference/places.ts';
import { kindNames } from '../backends/inference/recognise.ts';
import { systemClock } from '../base/clock.ts';
import { jsonText } from '../base/unseen.ts';
import type { SocketClient } from '../faces/socket.ts';
import { EXIT } from './exit.ts';
import { plain, type Terminal } from './terminal.ts';
import { address } from './usage.ts';
import { verb } from './verb.ts';

export const detectVerb = verb({
  name: 'detect',
  args: '[URL...]',
  about: 'looks for model servers, at these addresses too: what answers where, and what it is',
  node: 'optional',
  json: 'each address that was tried with what answered, why it was taken for that, and its models.',
  exits: { nothingFound: 'no model server answers' },
  read: (words) => ({ urls: words.map(address) }),
  run: (line, { node, terminal }) => detectServers(node, line, terminal),
});

interface DetectLine {
  /** Looked at besides the usual addresses. */
  readonly urls: readonly string[];
  readonly json: boolean;
}

/** Answers the exit code. */
async function detectServers(
  node: SocketClient | undefined,
  { urls, json }: DetectLine,
  { print }: Terminal,
): Promise<number> {
  const named = urls.map((url): Place => ({ url, source: 'user' }));
  const view =
    (node && (await askNode(node, named))) ??
    (await look(async () => [...named, ...(await (await placing()).usualPlaces(own))]));
  if (json) print(jsonText(view));
  else for (const line of linesOf(view)) print(plain(line));
  return view.tried.some(({ verdict }) => isKind(verdict)) ? EXIT.ok : EXIT.nothingFound;
}

const own = { clock: systemClock };
/** Loaded when needed, as what talks to model servers is. */
const placing = () => import('../backends/inference/places.ts');

/** Undefined where the node looks for nothing, as when practising. */
async function askNode(node: SocketClient, named: readonly Place[]): Promise<DetectionView | undefined> {
  const [mine] = await Promise.all([look(async () => named), node.request('backends.detect', undefined)]);
  const view = await node.request('backends.tried', undefined);
  if (!view) return undefined;
  const asked = new Set(mine.tried.map(({ url }) => url));
  return { ...view, tried: [...mine.tried, ...view.tried.filter(({ url }) => !asked.has(url))] };
}

async function look(places: () => Promise<readonly Place[]>): Promise<DetectionView> {
  const [at, began] = [systemClock.now(), systemClock.monotonic()];
  const [{ detect }, { once }] = await Promise.all([import('../backends/inference/detect.ts'), placing()]);
  const { tried } = await detect(own, { places: once(await places()) });
  return { at, took: systemClock.monotonic() - began, tried: [...tried] };
}

function isKind(verdict: ProbeView['verdict']): verdict is BackendKind {
  return BackendKind.safeParse(verdict).success;
}

const SOURCES: Partial<Record<ProbeView['source'], string>> = {
  'ollama-host': ' (from OLLAMA_HOST)',
  service: ' (from the settings of a service)',
  wsl: ' (Windows, seen from WSL)',
  user: ' (named by you)',
};

function linesOf({ tried, took }: DetectionView): string[] {
  const found = tried.filter(({ verdict }) => isKind(verdict));
  const width = Math.max(0, ...tried.map(({ url }) => url.length)) + 2;
  return [
    found.length === 0 ? 'No model server was found.' : 'Found:',
    ...found.flatMap((each) => foundLines(each, width)),
    '',
    `Looked at ${tried.length} addresses in ${(took / 1000).toFixed(1)} s:`,
    ...tried.map(({ url, verdict, why, source }) => {
      const word = isKind(verdict) ? kindNames[verdict].replace(' server', '') : verdict;
      const seen = why.flatMap(({ message, action = [] }) => [message].concat(action)).join(' ');
      return `  ${url.padEnd(width)}${word.padEnd(19)}${seen}${SOURCES[source] ?? ''}`;
    }),
  ];
}

const MOST_MODELS = 5;

function foundLines({ url, verdict, version, models, warnings }: ProbeView, width: number): string[] {
  const name = `${kindNames[verdict as BackendKind]}${version === null ? '' : ` ${version}`}`;
  const more = models.length > MOST_MODELS ? ` and ${models.length - MOST_MODELS} more` : '';
  const list = models.length === 0 ? 'no models' : `${models.slice(0, MOST_MODELS).join(', ')}${more}`;
  return [
    `  ${url.padEnd(width)}${name}: ${list}`,
    ...warnings.map(({ message, action }) => `  ${' '.repeat(width)}! ${message}${action ? ` ${action}` : ''}`),
  ];
}
