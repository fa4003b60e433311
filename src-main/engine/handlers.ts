// One line a request. Input has passed the contract when it comes here, output is parsed by it on the way out.

import type { Output, ParsedInput } from '../../src-preload/contract/index.ts';
import type { RequestName } from '../../src-preload/contract/names.ts';
import type { Backends } from '../backends/pool.ts';
import type { Settings } from '../settings/settings.ts';
import type { WorkStore } from '../work/store.ts';
import type { Rehearsal } from './rehearsal.ts';
import type { Slices } from './slices.ts';

export type Handlers = { [N in RequestName]: (input: ParsedInput<N>) => Output<N> | Promise<Output<N>> };

export interface HandlerDeps {
  readonly slices: Slices;
  readonly settings: Settings;
  readonly workStore: WorkStore;
  readonly backends: Pick<Backends, 'detect' | 'tried' | 'load' | 'unload'>;
  readonly rehearsal: Pick<Rehearsal, 'run'>;
}

export function createHandlers({ slices, settings, workStore, backends, rehearsal }: HandlerDeps) {
  const share = async (on: boolean) => {
    await settings.set('node.sharing', on);
    return slices.take('node');
  };
  return {
    'node.get': () => slices.take('node'),
    'node.pause': () => share(false),
    'node.resume': () => share(true),
    'backends.get': () => slices.take('backends'),
    'backends.detect': async () => {
      await backends.detect();
      return slices.take('backends');
    },
    'backends.tried': () => backends.tried,
    'backends.load': async ({ backend, model }) => ({ tookMs: await backends.load(backend, model) }),
    'backends.unload': async ({ backend, model }) => ({ tookMs: await backends.unload(backend, model) }),
    'rehearsal.run': ({ model }) => rehearsal.run(model),
    'work.get': () => slices.take('work'),
    'work.list': ({ before, limit }) => {
      const items = workStore.page(before ?? Number.MAX_SAFE_INTEGER, limit);
      return { items, next: items.length === limit ? items.at(-1)!.id : null };
    },
    'earnings.get': () => slices.take('earnings'),
    'networks.get': () => slices.take('networks'),
    'settings.get': () => slices.take('settings'),
    'settings.set': async ({ path, value }) => {
      await settings.set(path, value as never);
      return settings.view().find((view) => view.path === path)!;
    },
  } satisfies Handlers;
}
