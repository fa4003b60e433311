// Naming a server from its answers. Makes imitate one another, so each is known by what only it has, and the imitated come last:
// nearly everybody lists models as OpenAI does, and many answer as Ollama too.

import { reasonFor } from '../../../src-i18n/reason.ts';
import type { Verdict } from '../../../src-preload/contract/backends.ts';
import type { Reason } from '../../../src-preload/contract/define.ts';
import type { BackendKind } from '../../../src-preload/contract/settings/backends.ts';
import { ASK, type Sign } from './signs.ts';

/** By path. */
export type Signs = ReadonlyMap<string, Sign>;

export interface Judgement {
  readonly verdict: Exclude<Verdict, 'same' | 'skipped'>;
  /** A sentence or more, without anything that the server said. */
  readonly why: readonly Reason[];
  readonly version: string | null;
  readonly models: readonly string[];
}

export const kindNames: Readonly<Record<BackendKind, string>> = {
  ollama: 'Ollama',
  lmstudio: 'LM Studio',
  llamacpp: 'llama.cpp',
  vllm: 'vLLM',
  meshllm: 'MeshLLM',
  anthropic: 'Anthropic',
  openai: 'OpenAI-compatible server',
};

/** Servers without a kind of their own here, by the owner that their lists name. Some answer as llama.cpp's or Ollama's too. */
const OTHERS: ReadonlyMap<string | undefined, string> = new Map([
  ['koboldcpp', 'KoboldCpp'],
  ['sglang', 'SGLang'],
  ['docker', 'Docker Model Runner'],
  ['lmdeploy', 'LMDeploy'],
  ['tabbyAPI', 'TabbyAPI'],
  ['llama-swap', 'llama-swap'],
]);
const OWNERS = { meshllm: 'mesh-llm', vllm: 'vllm', llamacpp: 'llamacpp', lmstudio: 'organization_owner' };

/** What to ask next, all at once; nothing where enough is known. Most ports are through after the first two. */
export function nextQuestions(known: Signs): string[] {
  const list = known.get(ASK.openaiList);
  const about = known.get(ASK.ollamaVersion);
  if (!list && !about) return [ASK.openaiList, ASK.ollamaVersion];
  const listed = list?.is === 'openai-list';
  const questions: string[] = [];
  if (listed || about?.is === 'version') questions.push(ASK.llamaProps, ASK.lmstudioList);
  if (about?.is === 'version') questions.push(ASK.ollamaList);
  if (listed && list.owner === OWNERS.vllm) questions.push(ASK.vllmVersion);
  const maybeOld = listed && (list.owner === OWNERS.lmstudio || list.models.length === 0);
  if (maybeOld && known.get(ASK.lmstudioList)?.is === 'nothing-of-the-kind') questions.push(ASK.lmstudioOldList);
  return questions.filter((path) => !known.has(path));
}

/** `header` is the make that the replies' headers speak for, where they do. */
export function recognise(signs: Signs, header?: BackendKind): Judgement {
  const judgement = namedKind(signs) ?? nameless(signs);
  const notes = 'models' in judgement ? [imitation(signs, judgement), headerNote(judgement, header)] : [];
  return {
    version: null,
    models: [],
    ...judgement,
    why: [...judgement.why, ...notes].filter((note) => note !== undefined),
  };
}

type Found = Pick<Judgement, 'verdict' | 'why'> & Partial<Judgement>;

function namedKind(signs: Signs): Found | undefined {
  const [list, about] = [signs.get(ASK.openaiList), signs.get(ASK.ollamaVersion)];
  const [props, native] = [signs.get(ASK.llamaProps), signs.get(ASK.lmstudioList)];
  const old = signs.get(ASK.lmstudioOldList);
  const [tags, own] = [signs.get(ASK.ollamaList), signs.get(ASK.vllmVersion)];
  const listed = list?.is === 'openai-list' ? list : undefined;
  const models = listed?.models ?? (tags?.is === 'ollama-list' ? tags.models : []);
  const owner = listed?.owner;

  if (list?.is === 'llama-loading' || about?.is === 'llama-loading') {
    return { verdict: 'llamacpp', why: [reasonFor('probe.loading')], models };
  }
  if (owner === OWNERS.meshllm) return { verdict: 'meshllm', why: [reasonFor('probe.meshllm')], models };
  const other = OTHERS.get(owner);
  if (other !== undefined) {
    return { verdict: 'openai', why: [reasonFor('probe.other-make', { make: other })], models };
  }
  for (const each of [native, old]) {
    if (each?.is === 'lmstudio-list') {
      return { verdict: 'lmstudio', why: [reasonFor('probe.lmstudio')], models: each.models };
    }
  }
  if (owner === OWNERS.vllm && own?.is === 'version') {
    return { verdict: 'vllm', why: [reasonFor('probe.vllm')], version: own.version, models };
  }
  if (props?.is === 'llama-props') {
    return { verdict: 'llamacpp', why: [reasonFor('probe.llamacpp')], version: props.version, models };
  }
  if (owner === OWNERS.llamacpp && props?.is === 'denied') {
    return { verdict: 'llamacpp', why: [reasonFor('probe.llamacpp-key')], models };
  }
  // What follows is known by what is missing, so nothing may be.
  if ([...signs.values()].some(({ is }) => is === 'late')) return undefined;
  if (about?.is === 'version' && tags?.is === 'ollama-list') {
    return { verdict: 'ollama', why: [reasonFor('probe.ollama')], version: about.version, models: tags.models };
  }
  if (listed) {
    const claimed = owner === OWNERS.vllm || owner === OWNERS.llamacpp ? [reasonFor('probe.unproven-make')] : [];
    return { verdict: 'openai', why: [reasonFor('probe.openai'), ...claimed], models };
  }
  return undefined;
}

function nameless(signs: Signs): Found {
  const all = [...signs.values()].map(({ is }) => is);
  if (all.includes('denied')) return { verdict: 'denied', why: [reasonFor('probe.key-wanted')] };
  if (all.every((is) => is === 'refused')) return { verdict: 'nothing', why: [reasonFor('probe.refused')] };
  if (all.includes('late')) return { verdict: 'silent', why: [reasonFor('probe.silent')] };
  if (all.every((is) => is === 'refused' || is === 'lost')) {
    return { verdict: 'other', why: [reasonFor('probe.hangs-up')] };
  }
  if (all.includes('not-http')) return { verdict: 'other', why: [reasonFor('probe.not-http')] };
  if (all.includes('busy')) return { verdict: 'other', why: [reasonFor('probe.busy')] };
  return { verdict: 'other', why: [reasonFor('probe.no-model-server')] };
}

function imitation(signs: Signs, { verdict }: Found): Reason | undefined {
  if (verdict === 'ollama' || signs.get(ASK.ollamaVersion)?.is !== 'version') return undefined;
  return reasonFor('probe.imitates-ollama');
}

function headerNote({ verdict }: Found, header: BackendKind | undefined): Reason | undefined {
  if (header === undefined || header === verdict) return undefined;
  return reasonFor('probe.headers', { make: kindNames[header] });
}
