// What every network can be asked: `hearth NETWORK check` and `hearth NETWORK history`.

import type { JobRehearsal, NetworkEvent } from '../../src-preload/contract/networks/index.ts';
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

/** A runner may take hours over its job. */
const REHEARSE_MS = 24 * 3_600_000;
const MARKS: Readonly<Record<JobRehearsal['steps'][number]['state'], string>> = {
  ok: 'ok',
  failed: 'FAILED',
  skipped: '-',
};

const DONE_BY: Readonly<Record<JobRehearsal['by'], string>> = {
  'own-runner': 'your own runner',
  'practice-runner': 'the runner for practice',
  engine: 'the container engine of this computer',
};

/** For networks that lease jobs or containers; `steps`: what each is called. */
export const rehearse = (steps: Readonly<Record<string, string>>) =>
  networkVerb({
    name: 'rehearse',
    about: 'one job the whole way, with your own runner or container engine, and practice servers on this computer',
    more: 'Nothing leaves this computer, nothing is earned, and nothing is left behind.',
    node: 'running',
    json: 'each step, and why one failed.',
    exits: { failed: 'a step failed' },
    read: () => ({}),
    async run(_, { id, title, node }) {
      const done = await node.request('networks.rehearse', { id }, { timeoutMs: REHEARSE_MS });
      const { ok, by, capability, tookMs } = done;
      return {
        json: done,
        lines: [
          `${title}: ${capability === '' ? 'a job' : `a job for ${capability}`}, by ${DONE_BY[by]}`,
          ...done.steps.map(({ id: step, state, reason }) => {
            const why = reason === null ? '' : `: ${reason.message} [${reason.code}]`;
            return `  ${MARKS[state].padEnd(8)}${steps[step] ?? step}${why}`;
          }),
          ok ? `It works, after ${(tookMs / 1000).toFixed(1)} s.` : 'It does not work yet.',
        ],
        exit: ok ? 'ok' : 'failed',
      };
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
