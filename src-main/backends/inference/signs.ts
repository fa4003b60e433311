// What one answer of a server gives away about its make. Read from the shape of the body: a status proves nothing, and a header
// belongs to the web framework as often as to the server.

import { reasonFor } from '../../../src-i18n/reason.ts';
import type { Reason } from '../../../src-preload/contract/define.ts';
import type { BackendKind } from '../../../src-preload/contract/settings/backends.ts';
import {
  isLoadingLlama,
  type Json,
  llamaProps,
  lmStudioModels,
  lmStudioOldModels,
  objectOf,
  ollamaTags,
  ollamaVersion,
  openaiModels,
} from './shapes.ts';

/** How one question ended. */
export interface Answer {
  readonly path: string;
  /** `refused`: the connection was not accepted. `late`: it was taken, but the whole answer did not come in time. */
  readonly outcome: 'reply' | 'refused' | 'late' | 'lost' | 'not-http';
  /** Null where no answer came. */
  readonly status: number | null;
  /** Undefined for all but a JSON object, whatever the status. */
  readonly json: Json | undefined;
  /** The make that the reply's headers speak for. */
  readonly header: BackendKind | undefined;
}

export type Sign =
  /** A version, as Ollama tells it at `/api/version` and vLLM at `/version`. */
  | { readonly is: 'version'; readonly version: string }
  /** OpenAI's list, with who is said to own the first model. */
  | { readonly is: 'openai-list'; readonly models: readonly string[]; readonly owner: string | undefined }
  | { readonly is: 'ollama-list'; readonly models: readonly string[] }
  | { readonly is: 'lmstudio-list'; readonly models: readonly string[] }
  | { readonly is: 'llama-props'; readonly version: string | null }
  | { readonly is: 'llama-loading' }
  | { readonly is: 'denied' | 'busy' | 'nothing-of-the-kind' | 'refused' | 'late' | 'lost' | 'not-http' };

export const ASK = {
  openaiList: '/v1/models',
  ollamaVersion: '/api/version',
  ollamaList: '/api/tags',
  lmstudioList: '/api/v1/models',
  lmstudioOldList: '/api/v0/models',
  llamaProps: '/props',
  vllmVersion: '/version',
} as const;

export function signOf(answer: Answer): Sign {
  const { outcome, status, json, path } = answer;
  if (outcome !== 'reply' || status === null) return { is: outcome === 'reply' ? 'lost' : outcome };
  if (status === 503 && json && isLoadingLlama(json)) return { is: 'llama-loading' };
  // A key is wanted in JSON; a web page that wants a login is no model server.
  if (status === 401 || status === 403) return { is: json ? 'denied' : 'nothing-of-the-kind' };
  if (status === 429 || status === 503) return { is: json ? 'busy' : 'nothing-of-the-kind' };
  const body = status >= 200 && status < 300 ? json : undefined;
  return (body && readers[path]?.(body)) ?? { is: 'nothing-of-the-kind' };
}

const readers: Readonly<Record<string, (json: Json) => Sign | undefined>> = {
  [ASK.openaiList](json) {
    const models = openaiModels(json);
    return models && { is: 'openai-list', models, owner: ownerOf(json) };
  },
  [ASK.ollamaVersion]: versionSign,
  [ASK.vllmVersion]: versionSign,
  [ASK.ollamaList](json) {
    const models = ollamaTags(json);
    return models && { is: 'ollama-list', models };
  },
  [ASK.lmstudioList]: (json) => lmstudioSign(lmStudioModels(json)),
  [ASK.lmstudioOldList](json) {
    const models = lmStudioOldModels(json);
    // Empty, it could be any server's.
    return models?.length === 0 ? undefined : lmstudioSign(models);
  },
  [ASK.llamaProps](json) {
    const props = llamaProps(json);
    return props && { is: 'llama-props', version: props.version };
  },
};

function versionSign(json: Json): Sign | undefined {
  const version = ollamaVersion(json);
  return version === undefined ? undefined : { is: 'version', version };
}

function lmstudioSign(models: readonly { readonly id: string }[] | undefined): Sign | undefined {
  return models && { is: 'lmstudio-list', models: models.map(({ id }) => id) };
}

function ownerOf({ data }: Json): string | undefined {
  const owner = Array.isArray(data) ? objectOf(data[0])?.owned_by : undefined;
  return typeof owner === 'string' ? owner : undefined;
}

/** The header rules of IICP 5. They are kept as evidence only: Express and uvicorn stand in front of many others. */
export function headerSpeaksFor(poweredBy: string, server: string): BackendKind | undefined {
  if (/express/i.test(poweredBy)) return 'lmstudio';
  if (/vllm|uvicorn/i.test(server)) return 'vllm';
  return /llama\.cpp|llama-server/i.test(server) ? 'llamacpp' : undefined;
}

/** What was recognised in an answer, in words of Hearth's own: what the server itself said may hold anything. */
export function showsOf(sign: Sign, path: string): Reason {
  switch (sign.is) {
    case 'version':
      return reasonFor(path === ASK.vllmVersion ? 'answer.vllm-version' : 'answer.ollama-version');
    case 'openai-list':
    case 'ollama-list':
    case 'lmstudio-list':
      return reasonFor(`answer.${sign.is}`, { count: sign.models.length });
    case 'llama-props':
      return reasonFor('answer.llamacpp-settings');
    case 'llama-loading':
      return reasonFor('answer.llamacpp-loading');
    default:
      return reasonFor(`answer.${sign.is}`);
  }
}
