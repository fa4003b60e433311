// `hearth init`: the steps one after the other, on the node that runs or on its folder, and what is said of them in the end.

import { homedir } from 'node:os';
import { systemClock } from '../../base/clock.ts';
import { runner } from '../../base/run.ts';
import { jsonText } from '../../base/unseen.ts';
import { EXIT } from '../exit.ts';
import { keptBy, move } from '../key.ts';
import { spelled } from '../spelled.ts';
import { plain } from '../terminal.ts';
import type { Context } from '../verb.ts';
import { createAsker } from './ask.ts';
import type { InitLine, Readers } from './line.ts';
import { openNode } from './node.ts';
import { canServe, installService, type ServiceDeps, systemdRuns } from './service.ts';
import {
  chooseCaps,
  chooseHours,
  chooseName,
  chooseNetworks,
  choosePrices,
  chooseRouter,
  findServers,
  finish,
  type Step,
} from './steps.ts';
import { tryReach, tryTask } from './tries.ts';

/** Answers the exit code: failed where a try did. Rejects where a choice is missing or was refused; what was chosen before holds. */
export async function init(
  line: InitLine & { readonly json: boolean },
  context: Context<'optional'>,
  readers: Readers,
): Promise<number> {
  const { terminal, common } = context;
  const asker = createAsker(terminal, line.yes);
  const say = (text: string) => {
    if (!line.json) terminal.print(plain(text));
  };
  const chosen = await choose({ line, asker, readers, say }, context);
  const service = await serviceFor({ line, asker, say }, context);
  const { reach, rehearsal } = chosen;
  const reached = reach === null || !reach.wanted || reach.ports.some(({ advertised }) => advertised !== null);
  const running = chosen.running || service !== null;
  if (line.json) terminal.print(jsonText({ ...chosen, running, dataFolder: context.dataDir, service }));
  else {
    say(running ? 'Set up. The node runs.' : `Set up. Start it with "${spelled('serve', common)}".`);
    say(`"${spelled('status', common)}" says how it does, "${spelled('backup FILE', common)}" keeps who it is.`);
  }
  return reached && rehearsal?.ok !== false ? EXIT.ok : EXIT.failed;
}

async function choose(own: Pick<Step, 'line' | 'asker' | 'readers' | 'say'>, context: Context<'optional'>) {
  const { line, asker } = own;
  const node = await openNode(context);
  let chosen: Awaited<ReturnType<typeof steps>>;
  try {
    chosen = await steps({ ...own, clock: systemClock, node });
  } finally {
    await node.stop();
  }
  return { ...chosen, running: node.running, key: await chooseKey({ line, asker, readers: own.readers }, context) };
}

/** The screens of the first run on the pages, which goes on where this was left. */
const SCREENS = ['found', 'gently', 'join', 'ready'] as const;

/** In the order of those screens. */
async function steps(step: Step) {
  const { node, asker, line } = step;
  const at = async (name: (typeof SCREENS)[number]) => {
    if (asker.asks) step.say(`${SCREENS.indexOf(name) + 1} of ${SCREENS.length}, ${name}:`);
    await node.set('setup.step', name);
  };
  await at('found');
  const servers = await findServers(step);
  const name = await chooseName(step);
  await at('gently');
  const { unreadable } = await node.request('availability.readable', undefined);
  const preset = await chooseCaps(step, unreadable);
  const hours = await chooseHours(step, unreadable);
  await at('join');
  const join = await chooseNetworks(step);
  await choosePrices(step, join);
  await chooseRouter(step);
  const reach = (await asker.wants(line.reach, 'Try now whether others can get in?', false))
    ? await tryReach(step)
    : null;
  await at('ready');
  const rehearsal = (await asker.wants(line.rehearse, 'Try a task with your own model server?', servers.length > 0))
    ? await tryTask(step)
    : null;
  const sharing = await finish(step, join);
  return { servers, name, preset, hours, join, sharing, reach, rehearsal };
}

/** When no program has the folder: moving the key wants it for itself. */
async function chooseKey(
  { line, asker, readers }: Pick<Step, 'line' | 'asker' | 'readers'>,
  { node, dataDir, terminal }: Context<'optional'>,
): Promise<string | null> {
  const now = (await keptBy(node, dataDir)) ?? null;
  if (node && line.key === undefined) return now;
  const wanted = await asker.answer<string | null>({
    flag: 'key',
    given: line.key,
    says: 'Who keeps the key to the secrets here: file (only you can read it) or passphrase (asked for at each start)',
    usual: now,
    show: String,
    read: readers.key,
  });
  if (wanted === now || (wanted !== 'file' && wanted !== 'passphrase')) return now;
  return move(node, dataDir, wanted, terminal);
}

async function serviceFor(
  { line, asker, say }: Pick<Step, 'line' | 'asker' | 'say'>,
  { node, dataDir, common }: Context<'optional'>,
): Promise<string | null> {
  const deps: ServiceDeps = {
    run: runner(process.env),
    env: process.env,
    home: homedir(),
    uid: process.getuid?.(),
    booted: systemdRuns(),
  };
  const possible = canServe(deps) && node === undefined && !common.practice;
  if (!line.service && !possible) return null;
  if (!(await asker.wants(line.service, 'Have systemd run it from now on, also while you are not logged in?', true)))
    return null;
  const words = [process.execPath, process.argv[1]!, 'serve', '--headless', '--data', dataDir];
  const file = await installService(deps, words);
  say(`systemd runs the node from now on: ${file}`);
  return file;
}
