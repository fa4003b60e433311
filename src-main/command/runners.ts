// `hearth runners ...`: what does the jobs that networks lease to this computer, whether each could start, its image, and a try of it with a
// sample document. Which there are is the setting `backends.runners`.

import type { Output } from '../../src-preload/contract/index.ts';
import { jsonText } from '../base/unseen.ts';
import type { SocketClient } from '../faces/socket.ts';
import { EXIT } from './exit.ts';
import { plain, type Terminal } from './terminal.ts';
import { nothing, verb } from './verb.ts';

export const runnerVerbs = [
  verb({
    name: 'runners list',
    about: 'what does leased jobs here, one a kind of job, and whether each could start',
    more: 'They are set by "hearth settings set backends.runners"; docs/runners.md says what they have to do.',
    node: 'running',
    json: 'each runner with what it lacks to start, and the engine for containers that answers.',
    exits: { failed: 'one of them could not start' },
    read: nothing,
    run: ({ json }, { node, terminal }) => list(node, json, terminal),
  }),
  verb({
    name: 'runners try',
    args: 'CAPABILITY',
    about: 'runs one with a sample document, and shows what it said and left',
    node: 'running',
    json: 'what came of it.',
    exits: { failed: 'it did not do the sample job' },
    read: ([capability]) => ({ capability: capability! }),
    run: (line, { node, terminal }) => tryOne(node, line, terminal),
  }),
  verb({
    name: 'runners pull',
    args: 'CAPABILITY',
    about: 'gets the image of a container runner, so that it is here before the first job',
    node: 'running',
    json: 'how long it took.',
    read: ([capability]) => ({ capability: capability! }),
    run: (line, { node, terminal }) => pull(node, line, terminal),
  }),
];

interface OneLine {
  readonly capability: string;
  readonly json: boolean;
}

/** A runner may take as long as its own limit lets it, and an image as long as the line does. */
const WAIT_MS = 24 * 3_600_000;

async function list(node: SocketClient, json: boolean, { print }: Terminal): Promise<number> {
  const { value: settings } = await node.request('settings.get', undefined);
  const held = settings.find(({ path }) => path === 'backends.runnersHeld')?.value === true;
  const check = await node.request('runners.check', undefined);
  const { runners } = check;
  if (json) print(jsonText({ held, ...check }));
  else if (runners.length === 0)
    print('There is no runner: networks that lease jobs have nothing to give this computer.');
  else {
    if (held) {
      print('A backup brought these, and none runs before you say so: hearth settings set backends.runnersHeld false');
    }
    for (const { capability, missing } of runners) {
      print(plain(`${capability}: ${missing === null ? 'can start' : `${missing.message} [${missing.code}]`}`));
    }
  }
  return runners.some(({ missing }) => missing !== null) ? EXIT.failed : EXIT.ok;
}

async function tryOne(node: SocketClient, { capability, json }: OneLine, { print }: Terminal): Promise<number> {
  if (!json) print('It runs with a sample text.');
  const trial = await node.request('runners.try', { capability }, { timeoutMs: WAIT_MS });
  if (json) print(jsonText(trial));
  else for (const line of trialLines(trial)) print(plain(line));
  return trial.failure === null ? EXIT.ok : EXIT.failed;
}

function trialLines({ said, results, resultCount, failure, tookMs }: Output<'runners.try'>): string[] {
  const seconds = (tookMs / 1000).toFixed(1);
  const more = resultCount - results.length;
  return [
    ...said.map(({ kind, text }) => (kind === 'log' ? `  ${text}` : `  ${kind} ${text}`)),
    ...results.map(({ path, bytes }) => `  left ${path}, ${bytes} bytes`),
    ...(more > 0 ? [`  and ${more} more`] : []),
    failure === null
      ? `It did the sample job in ${seconds} s. What it left was removed.`
      : `After ${seconds} s: ${failure.message} [${failure.code}]`,
  ];
}

async function pull(node: SocketClient, { capability, json }: OneLine, { print }: Terminal): Promise<number> {
  if (!json) print('The image is on its way. This can take minutes.');
  const pulled = await node.request('runners.pull', { capability }, { timeoutMs: WAIT_MS });
  print(json ? jsonText(pulled) : `It is here, after ${(pulled.tookMs / 1000).toFixed(1)} s.`);
  return EXIT.ok;
}
