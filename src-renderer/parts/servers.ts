// The model servers that the user named, in a list: the one for a server that is shown, and the list with it changed. Pure.
import type { BackendView } from '../../src-preload/contract/backends.ts';
import type { InferenceBackendSetting } from '../../src-preload/contract/settings/backends.ts';

/** As it is shown: the key itself never is. */
export type ServerSetting = InferenceBackendSetting & { readonly apiKeySet?: boolean };

type Server = Pick<BackendView, 'id' | 'kind' | 'url'>;

/** An address as the engine compares them: without `/v1` and slashes at its end. */
export function rootOf(url: string): string {
  if (!URL.canParse(url)) return url;
  const { origin, pathname } = new URL(url);
  return origin + pathname.replace(/\/+$/, '').replace(/\/v1$/, '').replace(/\/+$/, '');
}

export function serverIn(list: readonly ServerSetting[], { id }: Pick<Server, 'id'>): ServerSetting | undefined {
  return list.find(({ url }) => rootOf(url) === id);
}

/** What is undefined in `change` is taken away. One that was found by itself is named from then on. */
export function withServer(
  list: readonly ServerSetting[],
  server: Server,
  change: { readonly [K in keyof InferenceBackendSetting]?: InferenceBackendSetting[K] | undefined },
): ServerSetting[] {
  const before = serverIn(list, server);
  const changed = Object.fromEntries(
    Object.entries({ kind: server.kind, url: server.url, ...before, ...change }).filter(
      ([, value]) => value !== undefined,
    ),
  ) as ServerSetting;
  return before ? list.map((each) => (each === before ? changed : each)) : [...list, changed];
}

export function withoutServer(list: readonly ServerSetting[], { id }: Pick<Server, 'id'>): ServerSetting[] {
  return list.filter(({ url }) => rootOf(url) !== id);
}

/** Where only some models of a server are used, the list with one more of them; undefined where it is used already. */
export function withModel(list: readonly ServerSetting[], server: Server, model: string): ServerSetting[] | undefined {
  const only = serverIn(list, server)?.models;
  if (only === undefined || only.includes(model)) return undefined;
  return withServer(list, server, { models: [...only, model] });
}
