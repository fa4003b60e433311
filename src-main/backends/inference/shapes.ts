// Reading what model servers say about themselves. A server is known by the shape of its answers, not by their status: some
// answer everything with 200, others sit behind a proxy that does.

import type { ModelState } from '../../../src-preload/contract/backends.ts';
import type { InferenceTask } from '../../../src-preload/contract/settings/backends.ts';
import { isObject } from '../../base/object.ts';
import type { ModelStatus } from '../backend.ts';

const MOST_MODELS = 1000;
const MOST_INSTANCES = 64;
const TEXT: readonly InferenceTask[] = ['llm:chat', 'llm:completion'];
const EMBEDDING: readonly InferenceTask[] = ['llm:embedding'];
const MOST_NAME = 255;

export type Json = Readonly<Record<string, unknown>>;

export function objectOf(value: unknown): Json | undefined {
  return isObject(value) ? value : undefined;
}

/** Parsed JSON when it is an object; undefined for anything else, broken text included. */
export function parseObject(text: string): Json | undefined {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Whether nothing in it lies deeper than `most` levels: what is too deep can be read, but no longer be written. */
export function isWithin(most: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return most > 0 && Object.values(value).every((member) => isWithin(most - 1, member));
}

/** Ollama, `GET /api/version`: `{version}`. */
export function ollamaVersion(json: Json): string | undefined {
  const { version } = json;
  return typeof version === 'string' && /^[\w.+-]{1,64}$/.test(version) ? version : undefined;
}

/**
 * Ollama, `GET /api/tags`: names of the models on this computer. Those that Ollama only passes on to a company's servers
 * are left out: they are no capacity of this computer, and a stranger's task would spend the user's account there.
 */
export function ollamaTags(json: Json): string[] | undefined {
  return named(json.models, 'name', (entry) => !entry.remote_host && !entry.remote_model);
}

/** Ollama, `GET /api/ps`: the models in memory by name, with what each takes up where the answer has it (`size`, `size_vram`, in bytes). */
export function ollamaLoaded(json: Json): ReadonlyMap<string, ModelStatus['memory']> | undefined {
  const entries = entriesOf(json.models, 'name');
  return entries && new Map([...entries].map(([name, { size, size_vram }]) => [name, memoryOf(size, size_vram)]));
}

function memoryOf(bytes: unknown, graphicsBytes: unknown): ModelStatus['memory'] {
  return isSize(bytes) && isSize(graphicsBytes) && graphicsBytes <= bytes ? { bytes, graphicsBytes } : undefined;
}

const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** OpenAI, `GET /v1/models`: `{data: [{id}]}`. */
export function openaiModels(json: Json): string[] | undefined {
  return named(json.data, 'id');
}

/** Whether `GET /v1/models` names `owner` as the owner of a model: there some makes leave their own name. */
export function isOwnedBy(json: Json, owner: string): boolean {
  return [...(entriesOf(json.data, 'id')?.values() ?? [])].some((entry) => entry.owned_by === owner);
}

/** vLLM, `GET /v1/models`: with its own name and how long a conversation may get. */
export function isVllmList(json: Json): boolean {
  const entries = entriesOf(json.data, 'id');
  return isOwnedBy(json, 'vllm') || [...(entries?.values() ?? [])].some((each) => Number.isInteger(each.max_model_len));
}

/** Paths that an OpenAPI document describes (OpenAPI 3, `{paths: {...}}`). */
export function documentedPaths(json: Json): ReadonlySet<string> {
  return new Set(Object.keys(objectOf(json.paths) ?? {}));
}

/**
 * Ollama, `GET /api/tags`: the digest of each model's contents. llama.cpp's server lists one as well, but leaves the digest
 * empty.
 */
export function ollamaDigests(json: Json): ReadonlyMap<string, string> {
  const digests = new Map<string, string>();
  for (const [name, { digest }] of entriesOf(json.models, 'name') ?? []) {
    if (typeof digest === 'string' && /^[\w:]{1,128}$/.test(digest)) digests.set(name, digest);
  }
  return digests;
}

/** Ollama, `POST /api/show`: what a model can do, where that version tells. */
export function ollamaTasks({ capabilities }: Json): readonly InferenceTask[] | undefined {
  if (!Array.isArray(capabilities)) return undefined;
  const can = (word: string) => capabilities.includes(word);
  return [...(can('completion') ? TEXT : []), ...(can('embedding') ? EMBEDDING : [])];
}

export interface LmStudioModel extends ModelStatus {
  /** The names under which it is in memory, for it may be there more than once. */
  readonly instances: readonly string[];
}

/** LM Studio, `GET /api/v1/models`: `{models: [{key, type, loaded_instances: [{id, state?}]}]}`. */
export function lmStudioModels(json: Json): LmStudioModel[] | undefined {
  const entries = entriesOf(json.models, 'key');
  if (!entries || ![...entries.values()].every((each) => Array.isArray(each.loaded_instances))) return undefined;
  return [...entries].map(([id, { type, loaded_instances: loaded }]) => {
    const some = (loaded as unknown[]).slice(0, MOST_INSTANCES).flatMap((each): Json[] => [objectOf(each) ?? {}]);
    const states = new Set(some.map((each) => lmStudioState(each.state)));
    const state = (['loaded', 'loading', 'failing'] as const).find((each) => states.has(each)) ?? 'cold';
    const instances = some.map((each) => each.id).filter((each) => typeof each === 'string');
    return { id, state, tasks: lmStudioTasks(type), instances };
  });
}

/** LM Studio before 0.4, `GET /api/v0/models`: `{data: [{id, type, state}]}`. */
export function lmStudioOldModels(json: Json): ModelStatus[] | undefined {
  const entries = entriesOf(json.data, 'id');
  if (!entries || ![...entries.values()].every((each) => typeof each.state === 'string')) return undefined;
  return [...entries].map(([id, { type, state }]) => {
    return { id, state: state === 'not-loaded' ? 'cold' : lmStudioState(state), tasks: lmStudioTasks(type) };
  });
}

/** What is said of a model on its way into memory, or that did not get there; IICP's observers know the same words (IICP 5). */
const LOADING = ['loading', 'initializing', 'starting', 'warming', 'warming_up'];
const FAILING = ['error', 'failed', 'crashed', 'unhealthy', 'oom', 'out_of_memory'];

function lmStudioState(word: unknown): ModelState {
  if (typeof word !== 'string') return 'loaded';
  return LOADING.includes(word) ? 'loading' : FAILING.includes(word) ? 'failing' : 'loaded';
}

function lmStudioTasks(type: unknown): readonly InferenceTask[] {
  return type === 'embedding' || type === 'embeddings' ? EMBEDDING : TEXT;
}

/** llama.cpp, `GET /props`. It imitates Ollama's lists, so this is what tells it. */
export function isLlamaServer(json: Json): boolean {
  return 'default_generation_settings' in json || 'total_slots' in json || 'build_info' in json;
}

export interface LlamaProps {
  /** Has several models, of which it loads some, instead of one. */
  readonly router: boolean;
  readonly slots: number | undefined;
  /** Its model is out of memory until it is asked for something. */
  readonly sleeping: boolean;
  readonly version: string | null;
}

/** llama.cpp, `GET /props`: `{total_slots, build_info, is_sleeping?, role?}`. */
export function llamaProps(json: Json): LlamaProps | undefined {
  if (!isLlamaServer(json)) return undefined;
  const { role, total_slots: slots, is_sleeping: sleeping, build_info: build } = json;
  return {
    router: role === 'router',
    slots: Number.isInteger(slots) && (slots as number) >= 1 ? (slots as number) : undefined,
    sleeping: sleeping === true,
    version: ollamaVersion({ version: build }) ?? null,
  };
}

/** llama.cpp, with status 503, to everything asked of it before its model is in memory. */
export function isLoadingLlama(json: Json): boolean {
  const error = objectOf(json.error);
  return error?.code === 503 && error.type === 'unavailable_error';
}

/** By what the server says, which may be anything: a name like `constructor` finds nothing here, nor does an object. */
const LLAMA_STATES: ReadonlyMap<unknown, ModelState> = new Map([
  ['loaded', 'loaded'],
  ['loading', 'loading'],
  ['downloading', 'loading'],
  ['downloaded', 'cold'],
  ['unloaded', 'cold'],
  ['sleeping', 'cold'],
]);

/** llama.cpp as a router, `GET /v1/models`: `{data: [{id, status: {value, failed?}}]}`. */
export function llamaRouted(json: Json): ModelStatus[] | undefined {
  const entries = entriesOf(json.data, 'id');
  if (!entries) return undefined;
  return [...entries].map(([id, entry]) => {
    const { value, failed } = objectOf(entry.status) ?? {};
    return { id, state: failed === true ? 'failing' : (LLAMA_STATES.get(value) ?? 'unknown') };
  });
}

/** Names in stable order, each once. Undefined when it is no list of objects with names. */
function named(list: unknown, member: string, wanted: (entry: Json) => boolean = () => true): string[] | undefined {
  const entries = entriesOf(list, member);
  return entries && [...entries].filter(([, entry]) => wanted(entry)).map(([name]) => name);
}

/** The first entry of each name that can be trusted, in stable order. Undefined when it is no list of objects with names. */
function entriesOf(list: unknown, member: string): ReadonlyMap<string, Json> | undefined {
  if (!Array.isArray(list)) return undefined;
  const entries = new Map<string, Json>();
  for (const each of list.slice(0, MOST_MODELS) as unknown[]) {
    const entry = objectOf(each);
    const name = entry?.[member];
    if (!entry || typeof name !== 'string') return undefined;
    const good = name.length > 0 && name.length <= MOST_NAME && !/\p{Cc}/u.test(name);
    if (good && !entries.has(name)) entries.set(name, entry);
  }
  return entries;
}
