// What every network can be asked: `hearth NETWORK check` and `hearth NETWORK history`.

import type { NetworkEvent } from '../../src-preload/contract/networks/index.ts';
import { networkVerb } from '../networks/verb.ts';
import { checkLines, failedIn } from './doctor.ts';
import { usage } from './usage.ts';

export const check = networkVerb({
  name: 'check',
  about: 'whether this network sees this node as it should, and what to do where it does not',
  node: 'running',
  json: 'the lines of its check.',
  exits: { failed: 'a check failed' },
  read: () => ({}),
  async run(_, { id, title, node }) {
    const found = await node.request('networks.check', { id });
    return { json: found, lines: checkLines(title, found), exit: failedIn(found) ? 'failed' : 'ok' };
  },
});

const LIMIT = { usual: 20, most: 200 };

export const history = networkVerb({
  name: 'history',
  about: 'what happened between this node and this network, newest first',
  flags: { limit: { value: 'N', about: `how many events, ${LIMIT.usual} unless given`, read: limit } },
  node: 'running',
  json: 'each event with its kind, severity, times, count and reason.',
  read: (_, given) => ({ limit: given.limit ?? LIMIT.usual }),
  async run({ limit: count }, { id, title, node }) {
    const { items } = await node.request('networks.history', { id, limit: count });
    return { json: items, lines: items.length === 0 ? [`${title}: nothing has happened yet.`] : items.map(eventLine) };
  },
});

function limit(text: string): number {
  const count = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= LIMIT.most) return count;
  throw usage(`--limit takes a number from 1 to ${LIMIT.most}.`);
}

function eventLine({ kind, until, count, severity, reason }: NetworkEvent): string {
  const times = count === 1 ? '' : ` (${count} times)`;
  const why = reason === null ? '' : `: ${reason.message} [${reason.code}]`;
  return `${new Date(until).toISOString()}  ${severity.padEnd(9)}${kind}${times}${why}`;
}
