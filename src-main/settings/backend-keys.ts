// The API keys inside `backends.inference`: they come in with the list, are sealed by address, and the list is kept and shown
// without them.
import type { InferenceBackendSetting } from '../../src-preload/contract/settings/backends.ts';

export type KeylessBackend = Omit<InferenceBackendSetting, 'apiKey'>;

/** The name that the key for an address is sealed under. An address means the same with and without its closing slash. */
export function backendSecret(url: string): string {
  return `backend:${new URL(url).href}`;
}

/** A list as it was shown, made fit to be set again: what only reading adds is taken off, all else is left to the schema. */
export function withoutShown(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.map((item: unknown) => {
    if (typeof item !== 'object' || item === null || !('apiKeySet' in item)) return item;
    if (typeof item.apiKeySet !== 'boolean') return item;
    const { apiKeySet: _, ...rest } = item;
    return rest;
  });
}

/** An address that comes twice, and would leave open whose key is whose. */
export function repeatedUrl(list: readonly KeylessBackend[]): number {
  const names = list.map((item) => backendSecret(item.url));
  return names.findIndex((name, index) => names.indexOf(name) !== index);
}

/**
 * The list without keys, and what to do with the sealed ones: a key left out stays, an empty one goes, and so does the key of an
 * address that `before` had and `list` has no more.
 */
export function splitKeys(
  before: readonly KeylessBackend[],
  list: readonly InferenceBackendSetting[],
): { readonly kept: KeylessBackend[]; readonly secrets: Record<string, string | null> } {
  const secrets: Record<string, string | null> = {};
  for (const { url } of before) secrets[backendSecret(url)] = null;
  const kept = list.map(({ apiKey, ...rest }) => {
    const name = backendSecret(rest.url);
    if (apiKey === undefined) delete secrets[name];
    else secrets[name] = apiKey === '' ? null : apiKey;
    return rest;
  });
  return { kept, secrets };
}
