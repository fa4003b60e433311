// `hearth pause`, `resume`, `quiet` and `release`: whether and how much this computer takes.

import { LONGEST_PAUSE_MS, PauseFor, type ReleaseView } from '../../src-preload/contract/availability.ts';
import { QUIET } from '../../src-preload/contract/settings/availability.ts';
import { systemClock } from '../base/clock.ts';
import { assertNever } from '../base/errors.ts';
import { jsonText } from '../base/unseen.ts';
import type { SocketClient } from '../faces/socket.ts';
import { EXIT } from './exit.ts';
import { offline } from './offline.ts';
import { setting } from './settings.ts';
import { plain, type Terminal } from './terminal.ts';
import { usage } from './usage.ts';
import { nothing, verb } from './verb.ts';

export const shareVerbs = [
  verb({
    name: 'pause',
    about: 'stops taking tasks (running ones finish), for a time or until you resume',
    flags: { for: { value: 'TIME', about: 'such as 30m, 2h or 3d, tomorrow (08:00) or resumed', read: pauseFor } },
    node: 'optional',
    json: 'sharing, running, and the sentence that says how it is now.',
    read: (_, given) => ({ for: given.for ?? 'resumed' }) as const,
    run: (line, { node, dataDir, terminal }) => share(node, dataDir, { command: 'pause', ...line }, terminal),
  }),
  verb({
    name: 'resume',
    about: 'takes tasks again, as far as your week and rules allow',
    node: 'optional',
    json: 'sharing, running, and the sentence that says how it is now.',
    read: nothing,
    run: (line, { node, dataDir, terminal }) => share(node, dataDir, { command: 'resume', ...line }, terminal),
  }),
  verb({
    name: 'quiet',
    args: '[STATE]',
    about: 'one task at a time and no heat, until you say "hearth quiet off"',
    node: 'optional',
    json: 'quiet, and whether a node runs.',
    read: ([state = 'on']) => ({ on: onOrOff(state) }),
    run: (line, { node, dataDir, terminal }) => quiet(node, dataDir, line, terminal),
  }),
  verb({
    name: 'release',
    about: 'gives this computer back: ends or hands back what runs, takes models out of its memory',
    node: 'running',
    json: 'what was ended and handed back, which models left the memory or stayed, and how long it took.',
    exits: { failed: 'failed, or a model is still in memory' },
    read: nothing,
    run: ({ json }, { node, terminal }) => release(node, json, terminal),
  }),
];

type ShareLine =
  | { readonly command: 'pause'; readonly for: PauseLength; readonly json: boolean }
  | { readonly command: 'resume'; readonly json: boolean };

/** Running tasks have a minute at most, and models leave within a quarter of one. */
const RELEASE_MS = 120_000;
const GIB = 1024 ** 3;

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A pause that the node knows by name, or milliseconds. */
type PauseLength = PauseFor | number;

function pauseFor(word: string): PauseLength {
  const parsed = PauseFor.safeParse(word);
  if (parsed.success) return parsed.data;
  const [, count, unit] = /^(\d{1,5})\s*([mhd])(?:in|ours?|ays?)?$/.exec(word) ?? [];
  const length = Number(count) * (UNITS[unit as keyof typeof UNITS] ?? Number.NaN);
  if (length > 0 && length <= LONGEST_PAUSE_MS) return length;
  throw usage('--for takes a time such as 30m, 2h or 3d (8d at most), tomorrow, or resumed.', 'pause');
}

function onOrOff(word: string): boolean {
  if (word === 'on' || word === 'off') return word === 'on';
  throw usage('Say on or off.', 'quiet');
}

async function quiet(
  node: SocketClient | undefined,
  dataDir: string,
  { on, json }: { readonly on: boolean; readonly json: boolean },
  terminal: Terminal,
): Promise<number> {
  await setting(node, dataDir, 'availability.quiet', on, terminal);
  const sentence = on
    ? `Quiet: ${QUIET.tasks} task at a time, and none above ${QUIET.graphics} °C of the graphics card or ${QUIET.processor} °C of the processor. "hearth quiet off" ends it.`
    : 'Quiet mode is off.';
  terminal.print(json ? jsonText({ quiet: on, running: node !== undefined }) : sentence);
  return EXIT.ok;
}

/** Answers the exit code. Without a running node it holds from the next start on. */
async function share(
  node: SocketClient | undefined,
  dataDir: string,
  line: ShareLine,
  terminal: Terminal,
): Promise<number> {
  const sentence = node ? await onNode(node, line) : await offFolder(dataDir, line, terminal);
  const sharing = line.command === 'resume';
  terminal.print(line.json ? jsonText({ sharing, running: node !== undefined, sentence }) : plain(sentence));
  return EXIT.ok;
}

async function onNode(node: SocketClient, line: ShareLine): Promise<string> {
  switch (line.command) {
    case 'pause':
      await node.request(
        'availability.pause',
        typeof line.for === 'number' ? { until: systemClock.now() + line.for } : { for: line.for },
      );
      break;
    case 'resume':
      await node.request('availability.resume', undefined);
      break;
    default:
      assertNever(line);
  }
  return (await node.request('node.get', undefined)).value.sentence;
}

async function offFolder(dataDir: string, line: ShareLine, terminal: Terminal): Promise<string> {
  // Loaded when needed: asking a running node should not take the time.
  const { pauseOffline, resumeOffline } = await import('../engine/offline-pause.ts');
  if (line.command === 'resume') {
    await offline(dataDir, terminal, ({ settings }) => resumeOffline(settings));
    return 'Sharing is on from the next start.';
  }
  const now = systemClock.now();
  const how = typeof line.for === 'number' ? { until: now + line.for } : line.for;
  await offline(dataDir, terminal, ({ settings }) => pauseOffline(settings, how, now));
  return line.for === 'resumed'
    ? 'Paused until you resume, also after the next start.'
    : 'Paused for that time, also after a start within it.';
}

/** "Give me my PC back". */
async function release(node: SocketClient, json: boolean, { print }: Terminal): Promise<number> {
  const done = await node.request('availability.release', undefined, { timeoutMs: RELEASE_MS });
  if (json) print(jsonText(done));
  else for (const text of releaseLines(done)) print(plain(text));
  return done.kept.length === 0 ? EXIT.ok : EXIT.failed;
}

/** What was done, a line each. */
export function releaseLines(done: ReleaseView): readonly string[] {
  const { stoppedMs, tasksFinished, tasksReturned, jobsHandedBack, leases, unloaded, kept, vram, tookMs } = done;
  return [
    `No new task was taken from ${Math.round(stoppedMs)} ms after you asked.`,
    ...(tasksFinished + tasksReturned > 0 ? [`Tasks: ${tasksFinished} finished, ${tasksReturned} handed back.`] : []),
    ...(jobsHandedBack > 0 ? [`Jobs: ${jobsHandedBack} handed back to their networks.`] : []),
    ...(leases.length > 0 ? [`Leases: ${leases.length} run on, for they are paid for.`] : []),
    ...unloaded.map(({ backend, model, tookMs: ms }) => `${model} left the memory of ${backend} in ${seconds(ms)}.`),
    ...kept.map(({ backend, model, reason }) => `${model} is still in the memory of ${backend}. ${reason.message}`),
    ...(vram ? [`${giga(vram.freeBytes)} of ${giga(vram.totalBytes)} of graphics memory are free.`] : []),
    `Done in ${seconds(tookMs)}. Paused until you resume.`,
  ];
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function giga(bytes: number): string {
  return `${(bytes / GIB).toFixed(1)} GiB`;
}
