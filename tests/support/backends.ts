// Model servers in use, as networks meet them: real practice servers behind a pool whose settings and clock a test holds.
import { onTestFinished } from 'vitest';
import type { InferenceRequest } from '../../src-main/backends/backend.ts';
import type { DetectedBackend } from '../../src-main/backends/inference/detect.ts';
import { Backends, type BackendsDeps, type BackendsOptions } from '../../src-main/backends/pool.ts';
import { systemClock } from '../../src-main/base/clock.ts';
import { silentLogger } from '../../src-main/base/logger.ts';
import { type ModelServerOptions, startModelServer } from '../../src-main/practice/model-server.ts';
import type {
  InferenceBackendSetting,
  InferenceTask,
  ModelSetting,
} from '../../src-preload/contract/settings/backends.ts';
import { HandClock } from './clock.ts';
import { seededRandom } from './random.ts';

/** A practice model server that stops with the test. */
export async function server(models: string[], options: Partial<ModelServerOptions> = {}) {
  const started = await startModelServer({ clock: systemClock }, { shape: 'ollama', models, ...options });
  onTestFinished(() => started.stop());
  return started;
}

/** Settings that a test changes by hand. */
export function settingsOf(list: InferenceBackendSetting[]) {
  const listeners = new Set<() => void>();
  let models: readonly ModelSetting[] = [];
  let refused: readonly InferenceTask[] = [];
  return {
    keys: new Map<string, string>(),
    listeners,
    list,
    inference: () => list,
    models: () => models,
    refused: () => refused,
    keyFor(url: string) {
      return this.keys.get(url);
    },
    onChange(listener: () => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    setModels(next: readonly ModelSetting[]) {
      models = next;
      for (const listener of listeners) listener();
    },
    refuse(...next: InferenceTask[]) {
      refused = next;
      for (const listener of listeners) listener();
    },
    set(next: InferenceBackendSetting[]) {
      list = next;
      for (const listener of listeners) listener();
    },
  };
}

interface Setup extends Partial<BackendsOptions> {
  readonly detect?: BackendsDeps['detect'];
  readonly clock?: HandClock;
  readonly models?: readonly ModelSetting[];
  readonly spentSince?: BackendsDeps['spentSince'];
  readonly awake?: BackendsDeps['awake'];
}

export const depsOf = (clock: HandClock) => ({
  clock,
  random: seededRandom(),
  logger: silentLogger,
  spentSince: () => 0,
  awake: () => true,
});

/** Started, and through with its first look at everything. */
export async function pool(
  list: InferenceBackendSetting[],
  { detect, clock = new HandClock(), models = [], spentSince, awake, ...options }: Setup = {},
) {
  const settings = settingsOf(list);
  settings.setModels(models);
  const deps = { ...depsOf(clock), settings, ...(spentSince && { spentSince }), ...(awake && { awake }) };
  const backends = new Backends({ ...deps, ...(detect && { detect }) }, { autoDetect: false, ...options });
  onTestFinished(() => backends.stop());
  await backends.start();
  await backends.detect();
  return { backends, settings, clock };
}

export const asking = (model: string, signal = new AbortController().signal): InferenceRequest => ({
  task: 'llm:chat',
  model,
  payload: { model, messages: [{ role: 'user', content: 'hi' }] },
  signal,
});
export const ids = (backends: Backends) => backends.offered().map(({ id }) => id);
export const chosen = (backends: Backends, model?: string) => {
  const choice = backends.choose('llm:chat', model);
  return choice.kind === 'chosen' ? choice : undefined;
};
export const states = (backends: Backends) => backends.views().map(({ state }) => state);
export const finding = (found: () => readonly Pick<DetectedBackend, 'url' | 'kind'>[]): BackendsDeps['detect'] => {
  return async () => ({ backends: found().map((each) => ({ ...each, version: null, models: [] })), tried: [] });
};
