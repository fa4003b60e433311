// `hearth NETWORK ...`: what every network can be asked, and the verbs that each brings of its own (`networks/verbs.ts`).

import { readFile, stat, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import type { NetworkContract } from '../../src-preload/contract/networks/contract.ts';
import type { NetworkId } from '../../src-preload/contract/networks/index.ts';
import { networkContracts } from '../../src-preload/contract/networks/registry.ts';
import { HearthError } from '../base/errors.ts';
import { jsonText } from '../base/unseen.ts';
import type { NetworkVerb, NetworkVerbContext } from '../networks/verb.ts';
import { networkVerbs } from '../networks/verbs.ts';
import { EXIT } from './exit.ts';
import { withFile } from './file.ts';
import { check, history, rehearse } from './network-common.ts';
import { setting } from './settings.ts';
import { askHidden, askShown, isInteractive, plain, readAll } from './terminal.ts';
import { type Context, type Verb, verb } from './verb.ts';

const Visited = z.object({ link: z.string() });
/** Finding the way there, and its answer. */
const VISIT_MS = 60_000;

/** The verbs of a network, under its id. */
export function verbsOf({ id, title, rehearsal }: NetworkContract, own: readonly NetworkVerb[]): Verb[] {
  return [check, history, ...(rehearsal ? [rehearse(rehearsal)] : []), ...own].flatMap((each) => [
    wrap(id as NetworkId, title, each, `${id} ${each.name}`),
    ...(each.alias === undefined
      ? []
      : [{ ...wrap(id as NetworkId, title, each, each.alias), sameAs: `${id} ${each.name}` }]),
  ]);
}

export const verbsOfNetwork = async (id: NetworkId) => verbsOf(networkContracts[id], await networkVerbs[id]());

function wrap(id: NetworkId, title: string, own: NetworkVerb, name: string): Verb {
  return verb({
    ...own,
    name,
    async run({ json, ...line }: { readonly json: boolean }, context: Context) {
      const shown = await own.run(line, contextOf(id, title, json, context));
      if (json) context.terminal.print(jsonText(shown.json));
      else for (const text of shown.lines) context.terminal.print(plain(text));
      return EXIT[shown.exit ?? 'ok'];
    },
  });
}

function contextOf(id: NetworkId, title: string, json: boolean, context: Context): NetworkVerbContext {
  const { node, dataDir, terminal } = context;
  return {
    id,
    title,
    node: node as NetworkVerbContext['node'],
    async visit(at) {
      return Visited.parse(await node?.verb('visit', { id, node: at }, { timeoutMs: VISIT_MS })).link;
    },
    setSetting: (path, value) => setting(node, dataDir, path, value, terminal),
    async confirm(says, words) {
      if (!json) for (const text of says) terminal.print(plain(text));
      const typed = isInteractive(terminal)
        ? await askShown(`Type "${words}" to go on`, terminal)
        : await readAll(terminal);
      if (typed.trim() === words) return;
      throw new HearthError({
        code: 'command.not-confirmed',
        category: 'cancelled',
        message: `Nothing was changed: that takes the words "${words}", typed or on standard input.`,
      });
    },
    askSecret: (question) => (isInteractive(terminal) ? askHidden(question, terminal) : readAll(terminal)),
    createFile: (path, text, mode) => withFile(path, () => writeFile(path, text, { flag: 'wx', mode })),
    readFile: (path, mostBytes) =>
      withFile(path, async () => {
        const facts = await stat(path);
        if (facts.isFile() && facts.size <= mostBytes) return readFile(path);
        throw new HearthError({
          code: 'command.file-unusable',
          category: 'invalid',
          message: `${path} is ${facts.isFile() ? 'too large' : 'no file'}. Name another file.`,
        });
      }),
  };
}
