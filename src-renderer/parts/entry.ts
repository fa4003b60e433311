// A model server as it is typed into the form: what is wrong with it, and the change of the setting that it asks for. Pure.
import type { BackendView } from '../../src-preload/contract/backends.ts';
import type { BackendKind, InferenceBackendSetting } from '../../src-preload/contract/settings/backends.ts';
import { withoutUser } from '../../src-preload/contract/settings/define.ts';
import { readNumber } from '../format/typed.ts';
import type { Translate } from '../i18n/keys.ts';
import { rootOf, type ServerSetting } from './servers.ts';

export interface Entry {
  readonly kind: BackendKind;
  readonly url: string;
  /** Empty: the one that is set stays. */
  readonly key: string;
  readonly removeKey: boolean;
  readonly atOnce: string;
  readonly dailyTokens: string;
  readonly enabled: boolean;
}

/** Where each make is found unless it was moved. */
const USUAL: Readonly<Record<BackendKind, string>> = {
  ollama: 'http://127.0.0.1:11434',
  lmstudio: 'http://127.0.0.1:1234',
  llamacpp: 'http://127.0.0.1:8080',
  vllm: 'http://127.0.0.1:8000',
  meshllm: 'http://127.0.0.1:9337',
  anthropic: 'https://api.anthropic.com',
  openai: 'http://127.0.0.1:8000',
};

export const emptyEntry: Entry = {
  kind: 'ollama',
  url: USUAL.ollama,
  key: '',
  removeKey: false,
  atOnce: '',
  dailyTokens: '',
  enabled: true,
};

export function entryOf({ kind, url }: Pick<BackendView, 'kind' | 'url'>, setting: ServerSetting | undefined): Entry {
  return {
    ...emptyEntry,
    kind,
    url,
    atOnce: String(setting?.maxConcurrent ?? ''),
    dailyTokens: String(setting?.dailyTokens ?? ''),
    enabled: setting?.enabled ?? kind !== 'anthropic',
  };
}

/** The usual address of another make, unless one was typed. */
export function urlFor(kind: BackendKind, { kind: before, url }: Pick<Entry, 'kind' | 'url'>): string {
  return url.trim() === '' || url === USUAL[before] ? USUAL[kind] : url;
}

export interface Problems {
  readonly url?: string;
  readonly atOnce?: string;
  readonly dailyTokens?: string;
}

const MOST_AT_ONCE = 256;
const MOST_TOKENS = 1_000_000_000;

/** `taken`: addresses that are in use. Empty where all is well. */
export function problemsOf(entry: Entry, taken: readonly string[], t: Translate): Problems {
  const url = urlProblem(entry.url.trim(), taken, t);
  const atOnce = numberProblem(entry.atOnce, MOST_AT_ONCE, t);
  const dailyTokens = numberProblem(entry.dailyTokens, MOST_TOKENS, t) ?? budgetProblem(entry, t);
  return { ...(url && { url }), ...(atOnce && { atOnce }), ...(dailyTokens && { dailyTokens }) };
}

function urlProblem(url: string, taken: readonly string[], t: Translate): string | undefined {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) return t('capacity.server.badUrl');
  if (!withoutUser(url)) return t('capacity.server.userInUrl');
  return taken.some((each) => rootOf(each) === rootOf(url)) ? t('capacity.server.twice') : undefined;
}

function numberProblem(text: string, most: number, t: Translate): string | undefined {
  const read = readNumber(text, false);
  const fits = read === undefined || (Number.isInteger(read) && read >= 1 && read <= most);
  return fits ? undefined : t('fields.whole', { least: 1, most });
}

/** What is bought needs a bound before it is switched on. */
function budgetProblem({ kind, enabled, dailyTokens }: Entry, t: Translate): string | undefined {
  const missing = kind === 'anthropic' && enabled && dailyTokens.trim() === '';
  return missing ? t('capacity.server.dailyTokensNeeded') : undefined;
}

/** For an entry without problems. What is undefined is taken away, but a key that is not given stays as it is. */
export function changeOf(entry: Entry) {
  const change: { [K in keyof InferenceBackendSetting]?: InferenceBackendSetting[K] | undefined } = {
    enabled: entry.enabled,
    maxConcurrent: readNumber(entry.atOnce, false),
    dailyTokens: readNumber(entry.dailyTokens, false),
  };
  if (entry.removeKey) change.apiKey = '';
  else if (entry.key !== '') change.apiKey = entry.key;
  return change;
}
