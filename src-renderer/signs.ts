// The shape and the tone that go with each word for a state. Never the tone alone: word and shape say the same.
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
  Undo2,
  Unplug,
  X,
} from 'lucide-react';
import type { BackendState, BackendView } from '../src-preload/contract/backends.ts';
import type { BoxesStage, BoxView } from '../src-preload/contract/boxes.ts';
import type { NetworkState } from '../src-preload/contract/networks/index.ts';
import type { NodeState } from '../src-preload/contract/node.ts';
import type { TaskState } from '../src-preload/contract/work.ts';
import type { Tone } from './components/tone.ts';
import { hostOf, quoted } from './format/text.ts';
import type { Key } from './i18n/keys.ts';
import type { Standing } from './standing.ts';

export interface Sign {
  readonly word: Key;
  readonly tone: Tone;
  readonly icon: LucideIcon;
}

export const nodeSigns: Record<NodeState, Sign> = {
  off: { word: 'state.node.off', tone: 'neutral', icon: CircleOff },
  starting: { word: 'state.node.starting', tone: 'neutral', icon: CircleDashed },
  ready: { word: 'state.node.ready', tone: 'good', icon: CircleCheck },
  working: { word: 'state.node.working', tone: 'good', icon: CircleDot },
  paused: { word: 'state.node.paused', tone: 'neutral', icon: CirclePause },
  finishing: { word: 'state.node.finishing', tone: 'neutral', icon: Hourglass },
  limited: { word: 'state.node.limited', tone: 'warn', icon: CircleAlert },
  'needs-you': { word: 'state.node.needs-you', tone: 'warn', icon: TriangleAlert },
};

export const backendSigns: Record<BackendState, Sign> = {
  checking: { word: 'state.backend.checking', tone: 'neutral', icon: Search },
  off: { word: 'state.backend.off', tone: 'neutral', icon: CircleOff },
  'not-found': { word: 'state.backend.not-found', tone: 'neutral', icon: CircleOff },
  'no-model': { word: 'state.backend.no-model', tone: 'warn', icon: CircleAlert },
  cold: { word: 'state.backend.cold', tone: 'good', icon: Snowflake },
  loading: { word: 'state.backend.loading', tone: 'neutral', icon: Hourglass },
  ready: { word: 'state.backend.ready', tone: 'good', icon: CircleCheck },
  failing: { word: 'state.backend.failing', tone: 'bad', icon: TriangleAlert },
};

/** Whether a runner could start its next job. */
export const runnerSigns: Record<'ready' | 'missing' | 'looking' | 'held', Sign> = {
  ready: { word: 'runners.sign.ready', tone: 'good', icon: CircleCheck },
  missing: { word: 'runners.sign.missing', tone: 'warn', icon: TriangleAlert },
  looking: { word: 'runners.sign.looking', tone: 'neutral', icon: CircleDashed },
  held: { word: 'runners.sign.held', tone: 'warn', icon: CirclePause },
};

/** How far this computer is with boxes for strangers. */
export const boxesSigns: Record<BoxesStage, Sign> = {
  off: { word: 'boxes.stage.off', tone: 'neutral', icon: CircleOff },
  looking: { word: 'boxes.stage.looking', tone: 'neutral', icon: CircleDashed },
  none: { word: 'boxes.stage.none', tone: 'neutral', icon: Unplug },
  probing: { word: 'boxes.stage.probing', tone: 'neutral', icon: Hourglass },
  refused: { word: 'boxes.stage.refused', tone: 'warn', icon: TriangleAlert },
  changing: { word: 'boxes.stage.changing', tone: 'neutral', icon: Hourglass },
  open: { word: 'boxes.stage.open', tone: 'good', icon: CircleCheck },
};

export const boxSigns: Record<BoxView['status'], Sign> = {
  running: { word: 'boxes.status.running', tone: 'good', icon: CircleDot },
  stopped: { word: 'boxes.status.stopped', tone: 'neutral', icon: CirclePause },
  unknown: { word: 'boxes.status.unknown', tone: 'warn', icon: CircleAlert },
};

export const networkSigns: Record<NetworkState, Sign> = {
  off: { word: 'state.network.off', tone: 'neutral', icon: CircleOff },
  blocked: { word: 'state.network.blocked', tone: 'neutral', icon: CircleDashed },
  starting: { word: 'state.network.starting', tone: 'neutral', icon: CircleDashed },
  online: { word: 'state.network.online', tone: 'good', icon: CircleCheck },
  degraded: { word: 'state.network.degraded', tone: 'warn', icon: CircleAlert },
};

export const reachSigns: Record<Exclude<Standing, 'unwanted'>, Sign> = {
  looking: { word: 'state.reach.looking', tone: 'neutral', icon: CircleDashed },
  unproven: { word: 'state.reach.unproven', tone: 'neutral', icon: CircleAlert },
  reached: { word: 'state.reach.reached', tone: 'good', icon: CircleCheck },
  unreached: { word: 'state.reach.unreached', tone: 'warn', icon: TriangleAlert },
};

export const taskSigns: Record<TaskState, Sign> = {
  running: { word: 'state.task.running', tone: 'good', icon: CircleDot },
  done: { word: 'state.task.done', tone: 'good', icon: Check },
  failed: { word: 'state.task.failed', tone: 'bad', icon: X },
  timeout: { word: 'state.task.timeout', tone: 'warn', icon: Clock },
  cancelled: { word: 'state.task.cancelled', tone: 'neutral', icon: Ban },
  interrupted: { word: 'state.task.interrupted', tone: 'warn', icon: Unplug },
  'handed-back': { word: 'state.task.handed-back', tone: 'neutral', icon: Undo2 },
};

/** Names of programs, the same in every language; a server with no name of its own has none here. */
const backendNames: Partial<Record<BackendView['kind'], string>> = {
  ollama: 'Ollama',
  lmstudio: 'LM Studio',
  llamacpp: 'llama.cpp',
  vllm: 'vLLM',
  meshllm: 'MeshLLM',
  anthropic: 'Anthropic',
};

export function backendName(kind: BackendView['kind'], t: (key: Key) => string): string {
  return backendNames[kind] ?? t('words.openaiServer');
}

/** "Ollama (127.0.0.1:11434)": there may be several of a make. */
export function serverName({ kind, url }: Pick<BackendView, 'kind' | 'url'>, t: (key: Key) => string): string {
  return `${backendName(kind, t)} (${quoted(hostOf(url), 80)})`;
}

const inferenceKinds: ReadonlyMap<string, Key> = new Map([
  ['llm:chat', 'words.task.chat'],
  ['llm:completion', 'words.task.completion'],
  ['llm:embedding', 'words.task.embedding'],
  ['audio:transcribe', 'words.task.transcription'],
  ['audio:speech', 'words.task.speech'],
  ['safety:moderate', 'words.task.moderation'],
]);

/** "Chat" for `llm:chat`, what models do; what there is no word for reads as it is written. */
export function inferenceWord(task: string, t: (key: Key) => string): string {
  const key = inferenceKinds.get(task);
  return key === undefined ? task : t(key);
}
