// `hearth posemesh ...`: what only posemesh has for the command line.

import { viewOf } from '../../../src-preload/contract/networks/index.ts';
import type { VariablesRead } from '../../../src-preload/contract/networks/posemesh.ts';
import { HearthError } from '../../base/errors.ts';
import { type NetworkVerb, networkVerb } from '../verb.ts';
import { POSEMESH } from './bounds.ts';

const REPLACE = 'replace wallet';

const jobs = networkVerb({
  name: 'jobs',
  about: 'the jobs that run now: what they are, how far they are, and until when they are leased',
  node: 'running',
  json: 'each job that runs.',
  read: () => ({}),
  async run(_, { title, node }) {
    const { value: networks } = await node.request('networks.get', undefined);
    const running = viewOf(networks, 'posemesh')?.detail.jobs ?? [];
    if (running.length === 0) return { json: running, lines: [`${title}: no job runs.`] };
    return {
      json: running,
      lines: running.flatMap(({ taskId, capability, stage, progress, leaseUntil, attempts }) => [
        `${taskId}  ${capability}${stage === null ? '' : `  ${stage}`}`,
        `  progress ${progress}${attempts === null ? '' : `, attempt ${attempts}`}${
          leaseUntil === null ? '' : `, leased until ${new Date(leaseUntil).toISOString()}`
        }`,
      ]),
    };
  },
});

const importFile = networkVerb({
  name: 'import',
  args: 'FILE',
  about:
    'takes over a file of environment variables of an official node; each value that is wrong is named, and none is set then',
  more: 'The secret and the wallet key are sealed and never shown. Another wallet key than the one there is takes its place only after a question.',
  node: 'running',
  json: 'what was read, what was wrong, and whether it was set. No secret is in it.',
  exits: { failed: 'one of its values is wrong' },
  read: ([file]) => {
    if (file === undefined) {
      const message = 'Say which file: hearth posemesh import FILE';
      throw new HearthError({ code: 'command.usage', category: 'invalid', message });
    }
    return { file };
  },
  async run({ file }, { id, title, node, readFile, confirm }) {
    const text = (await readFile(file, POSEMESH.variableFileBytes)).toString('utf8');
    const looked = (await node.request('networks.ask', {
      id,
      name: 'readVariables',
      input: { text },
    })) as VariablesRead;
    const { wallet, problems, notes, settings } = looked;
    if (problems.length > 0) {
      return {
        json: { ...looked, done: false },
        lines: [`${title}: nothing was set.`, ...problems.map(({ message }) => `  ${message}`)],
        exit: 'failed',
      };
    }
    const replaces = wallet?.replaces ?? null;
    if (replaces !== null) {
      await confirm(
        [
          `${title}: this node has the wallet ${replaces}. The file has another one, ${wallet!.address}.`,
          'What the network has staked or credited for the one before is that one’s. Make a backup first if it is in no other place.',
        ],
        REPLACE,
      );
    }
    const input = { text, replaceWallet: replaces !== null };
    const json = await node.request('networks.ask', { id, name: 'importVariables', input });
    return {
      json,
      lines: [
        `${title}: ${settings.length === 1 ? '1 setting was set.' : `${settings.length} settings were set.`}`,
        ...settings.map((path) => `  ${path}`),
        ...notes.map(({ message }) => `  ${message}`),
        ...(wallet === null ? [] : [`  wallet ${wallet.address}`]),
      ],
    };
  },
});

export const posemeshVerbs: readonly NetworkVerb[] = [jobs, importFile];
