// Reading what model servers say about themselves. A server is known by the shape of its answers, not by their status: some
// answer everything with 200, others sit behind a proxy that does.

const MOST_MODELS = 1000;
const MOST_NAME = 255;

export type Json = Readonly<Record<string, unknown>>;

export function objectOf(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

/** Parsed JSON when it is an object; undefined for anything else, broken text included. */
export function parseObject(text: string): Json | undefined {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Ollama, `GET /api/version`: `{version}`. */
export function ollamaVersion(json: Json): string | undefined {
  const { version } = json;
  return typeof version === 'string' && /^[\w.+-]{1,64}$/.test(version) ? version : undefined;
}

/**
 * Ollama, `GET /api/tags`: names of the models on this computer. Those that Ollama only passes on to somebody else's servers
 * are left out: they are no capacity of this computer, and a stranger's task would spend the user's account there.
 */
export function ollamaTags(json: Json): string[] | undefined {
  return named(json.models, 'name', (entry) => !entry.remote_host && !entry.remote_model);
}

/** Ollama, `GET /api/ps`: names of the models in memory. */
export function ollamaLoaded(json: Json): string[] | undefined {
  return named(json.models, 'name');
}

/** OpenAI, `GET /v1/models`: `{data: [{id}]}`. */
export function openaiModels(json: Json): string[] | undefined {
  return named(json.data, 'id');
}

/** llama.cpp, `GET /props`. It imitates Ollama's lists, so this is what tells it. */
export function isLlamaServer(json: Json): boolean {
  return 'default_generation_settings' in json || 'total_slots' in json || 'build_info' in json;
}

/** Names in stable order, each once. Undefined when it is no list of objects with names. */
function named(list: unknown, member: string, wanted: (entry: Json) => boolean = () => true): string[] | undefined {
  if (!Array.isArray(list)) return undefined;
  const names = new Set<string>();
  for (const each of list.slice(0, MOST_MODELS) as unknown[]) {
    const entry = objectOf(each);
    const name = entry?.[member];
    if (!entry || typeof name !== 'string') return undefined;
    if (wanted(entry) && name.length > 0 && name.length <= MOST_NAME && !/\p{Cc}/u.test(name)) names.add(name);
  }
  return [...names];
}
