// `hearth rehearse`: the score card of a rehearsal, from the running node or from a node made for it alone.

import type { RehearsalView } from '../../src-preload/contract/rehearsal.ts';
import { jsonText } from '../base/unseen.ts';
import type { SocketClient } from '../faces/socket.ts';
import { askAlone } from './alone.ts';
import { EXIT } from './exit.ts';
import { plain, type Terminal } from './terminal.ts';
import { verb } from './verb.ts';

export const rehearseVerb = verb({
  name: 'rehearse',
  args: '[MODEL]',
  about: 'the whole path once with your own model server, offline, with a score card',
  node: 'optional',
  json: 'the score card: each check, and how fast it was.',
  exits: { failed: 'a check failed' },
  read: ([model]) => ({ model }),
  run: (line, { node, dataDir, terminal }) => rehearse(node, dataDir, line, terminal),
});

export interface RehearseLine {
  readonly model: string | undefined;
  readonly json: boolean;
}

/** A cold model may take minutes, and the tasks after it too. */
const WAIT_MS = 20 * 60_000;

/** Answers the exit code: failed where a check did. */
export async function rehearse(
  node: SocketClient | undefined,
  dataDir: string,
  { model, json }: RehearseLine,
  terminal: Terminal,
): Promise<number> {
  const input = model === undefined ? {} : { model };
  if (!json)
    terminal.print('Rehearsing with your own model server. Where a model has to be loaded first, this takes a while.');
  const card = node
    ? await node.request('rehearsal.run', input, { timeoutMs: WAIT_MS })
    : await askAlone(dataDir, terminal, 'rehearsal.run', input);
  if (json) terminal.print(jsonText(card));
  else for (const line of cardLines(card)) terminal.print(plain(line));
  return card.ok ? EXIT.ok : EXIT.failed;
}

const MARKS = { ok: 'ok     ', failed: 'FAILED ', skipped: '-      ' } as const;

function cardLines({ ok, checks, addedMs, tokensPerSecond, firstMs, model }: RehearsalView): string[] {
  const width = Math.max(...checks.map(({ name }) => name.length)) + 2;
  const figures = [
    ...(tokensPerSecond === null ? [] : [`${tokensPerSecond.toFixed(1)} tokens/s`]),
    ...(addedMs === null ? [] : [`${addedMs.toFixed(1)} ms added to each task`]),
    ...(firstMs === null ? [] : [`first answer after ${(firstMs / 1000).toFixed(1)} s`]),
  ];
  return [
    ...checks.flatMap(({ name, state, reason: { message, action } }) => [
      `${MARKS[state]}${name.padEnd(width)}${message}${state === 'failed' ? ` [rehearsal.${name}]` : ''}`,
      ...(action === undefined ? [] : [`${' '.repeat(MARKS.ok.length + width)}${action}`]),
    ]),
    ...(figures.length > 0 ? [`${model ?? ''}: ${figures.join(', ')}`] : []),
    ok ? 'It works.' : 'It does not work yet.',
  ].map((line) => line.replace(/\p{C}/gu, '\u{fffd}').slice(0, 500));
}
