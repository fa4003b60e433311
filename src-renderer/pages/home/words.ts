// The words of this page: what states, kinds and outcomes are called, each with a shape and a tone.
import {
  Ban,
  Check,
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleDot,
  CircleOff,
  CirclePause,
  Clock,
  Hourglass,
  type LucideIcon,
  Search,
  Snowflake,
  TriangleAlert,
  Unplug,
  X,
} from 'lucide-react';
import type {
  BackendState,
  BackendView,
  DetectionView,
  ModelView,
  ProbeView,
  Verdict,
} from '../../../src-preload/contract/backends.ts';
import type { NetworkView, RegistrationState } from '../../../src-preload/contract/networks.ts';
import type { NodeState } from '../../../src-preload/contract/node.ts';
import type { TaskState, WorkView } from '../../../src-preload/contract/work.ts';
import type { Tone } from '../../components/tone.ts';
import { formatCount } from '../../format/money.ts';

interface Sign {
  readonly word: string;
  readonly tone: Tone;
  readonly icon: LucideIcon;
}

export const nodeSigns: Record<NodeState, Sign> = {
  off: { word: 'Off', tone: 'neutral', icon: CircleOff },
  starting: { word: 'Starting', tone: 'neutral', icon: CircleDashed },
  ready: { word: 'Ready', tone: 'good', icon: CircleCheck },
  working: { word: 'Working', tone: 'good', icon: CircleDot },
  paused: { word: 'Paused', tone: 'neutral', icon: CirclePause },
  finishing: { word: 'Finishing', tone: 'neutral', icon: Hourglass },
  limited: { word: 'Limited', tone: 'warn', icon: CircleAlert },
  'needs-you': { word: 'Needs you', tone: 'warn', icon: TriangleAlert },
};

export const backendSigns: Record<BackendState, Sign> = {
  checking: { word: 'Looking', tone: 'neutral', icon: Search },
  off: { word: 'Off', tone: 'neutral', icon: CircleOff },
  'not-found': { word: 'Not found', tone: 'neutral', icon: CircleOff },
  'no-model': { word: 'No model', tone: 'warn', icon: CircleAlert },
  cold: { word: 'Ready, asleep', tone: 'good', icon: Snowflake },
  loading: { word: 'Loading', tone: 'neutral', icon: Hourglass },
  ready: { word: 'Ready', tone: 'good', icon: CircleCheck },
  failing: { word: 'Failing', tone: 'bad', icon: TriangleAlert },
};

export const registrationSigns: Record<RegistrationState, Sign> = {
  off: { word: 'Off', tone: 'neutral', icon: CircleOff },
  local: { word: 'Not listed', tone: 'neutral', icon: CircleDashed },
  registering: { word: 'Joining', tone: 'neutral', icon: CircleDashed },
  online: { word: 'Listed', tone: 'good', icon: CircleCheck },
  offline: { word: 'Directory away', tone: 'warn', icon: CircleAlert },
  parked: { word: 'Needs you', tone: 'warn', icon: TriangleAlert },
};

export const taskSigns: Record<TaskState, Sign> = {
  running: { word: 'Running', tone: 'good', icon: CircleDot },
  done: { word: 'Done', tone: 'good', icon: Check },
  failed: { word: 'Failed', tone: 'bad', icon: X },
  timeout: { word: 'Out of time', tone: 'warn', icon: Clock },
  cancelled: { word: 'Cancelled', tone: 'neutral', icon: Ban },
  interrupted: { word: 'Interrupted', tone: 'warn', icon: Unplug },
};

export const backendKinds: Record<BackendView['kind'], string> = {
  ollama: 'Ollama',
  lmstudio: 'LM Studio',
  llamacpp: 'llama.cpp',
  vllm: 'vLLM',
  meshllm: 'MeshLLM',
  anthropic: 'Anthropic',
  openai: 'OpenAI-compatible server',
};

/** A model's place in memory; nothing is said where the server does not tell. */
export const modelWords: Partial<Record<ModelView['state'], string>> = {
  cold: 'asleep',
  loading: 'loading',
  loaded: 'loaded',
  failing: 'failing',
};

/** What an address turned out to be. */
export const verdictWords: Record<Verdict, string> = {
  ...backendKinds,
  nothing: 'Nobody',
  silent: 'No answer in time',
  denied: 'A key is wanted',
  other: 'Something else',
  same: 'The same again',
  skipped: 'Not asked',
};

/** Why an address was tried, where that is not plain. */
export const probeSources: Record<ProbeView['source'], string | undefined> = {
  usual: undefined,
  'ollama-host': 'from OLLAMA_HOST',
  service: 'from the settings of a service',
  wsl: 'Windows, seen from WSL',
  user: 'from your settings',
};

/** "24 addresses in 0.1 s" */
export function lookedWords({ tried, took }: DetectionView): string {
  return `${tried.length} ${tried.length === 1 ? 'address' : 'addresses'} in ${(took / 1000).toFixed(1)} s`;
}

/** "127.0.0.1 and [::1], ports 1234 and 8000; 127.0.0.1, port 4000": long lists of addresses read better by port. */
export function placesWords(urls: readonly string[]): string {
  const hostsOf = new Map<string, string[]>();
  for (const url of urls) {
    const { hostname, port, protocol } = URL.canParse(url) ? new URL(url) : { hostname: url, port: '', protocol: '' };
    const place = port || (protocol === 'https:' ? '443' : '80');
    hostsOf.set(place, [...(hostsOf.get(place) ?? []), hostname]);
  }
  const portsOf = new Map<string, string[]>();
  for (const [port, hosts] of hostsOf) {
    const names = and([...new Set(hosts)]);
    portsOf.set(names, [...(portsOf.get(names) ?? []), port]);
  }
  const parts = [...portsOf].map(
    ([hosts, ports]) => `${hosts}, ${ports.length === 1 ? 'port' : 'ports'} ${and(ports)}`,
  );
  return parts.join('; ');
}

function and(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** "1 204 of 50 000 tokens today" */
export function budgetWords({ spent, tokens }: NonNullable<BackendView['budget']>): string {
  return `${formatCount(spent)} of ${formatCount(tokens)} tokens today`;
}

/** "Chat" for `urn:iicp:intent:llm:chat:v1`; a kind we have no word for reads as it is written. */
export function taskKind(intent: string): string {
  const [, kind] = /^urn:iicp:intent:(.+):v\d+$/.exec(intent) ?? [];
  return (kind !== undefined && taskKinds.get(kind)) || (kind ?? intent);
}

const taskKinds: ReadonlyMap<string, string> = new Map([
  ['llm:chat', 'Chat'],
  ['llm:completion', 'Completion'],
  ['llm:embedding', 'Embedding'],
  ['audio:transcribe', 'Transcription'],
  ['audio:speech', 'Speech'],
  ['safety:moderate', 'Moderation'],
]);

/** "31 done · 1 failed"; what did not happen is not mentioned, and a day without anything says so. */
export function todayWords({ done, failed, cancelled, refused }: WorkView['today']): string {
  const parts = [
    [done, 'done'],
    [failed, 'failed'],
    [cancelled, 'cancelled'],
    [refused, 'refused'],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, word]) => `${formatCount(count)} ${word}`);
  return said.length === 0 ? 'None today' : `${said.join(' · ')} today`;
}

/** What stands where no task has come yet. */
export function noTasksWords(networks: readonly NetworkView[] | undefined, sharing: boolean): string {
  if (!sharing) return 'No tasks now. Sharing is off, so none will be taken.';
  const listed = networks?.filter(({ registration }) => registration === 'online').length ?? 0;
  if (listed === 0) return 'No tasks yet. No directory lists this computer yet, so nobody can find it.';
  const where = listed === 1 ? '1 directory' : `${listed} directories`;
  return `No tasks yet. ${where} ${listed === 1 ? 'lists' : 'list'} this computer. Quiet is normal at first.`;
}
