// The settings as the house reads them: typed by the contract, in memory, changed in one way only. Secrets among them lie
// sealed and are never in a view.

import { createHash } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import type { z } from 'zod';
import type { InferenceBackendSetting } from '../../src-preload/contract/settings/backends.ts';
import type { SettingDefinition } from '../../src-preload/contract/settings/define.ts';
import {
  settings as definitions,
  type SettingPath,
  type SettingValue,
  type SettingView,
  settingPaths,
} from '../../src-preload/contract/settings/index.ts';
import type { Clock } from '../base/clock.ts';
import { Emitter } from '../base/emitter.ts';
import { HearthError } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { Write } from '../storage/write.ts';
import { SettingsStore } from './store.ts';

/** The sealed store, as far as settings need it. */
export interface SealedValues {
  get(name: string): string | undefined;
  has(name: string): boolean;
  /** Seals, removes what is null, and commits `writes` in the same unit. */
  put(values: Readonly<Record<string, string | null>>, writes?: readonly Write[]): Promise<void>;
}

export interface SettingsDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly read: Database;
  readonly secrets: SealedValues;
}

/** The value was not accepted and nothing was changed: show the message beside the input. */
export class InvalidSetting extends HearthError {
  constructor(path: string, what: string) {
    super({
      code: 'settings.invalid',
      category: 'invalid',
      message: `${path} was not changed: ${what}.`,
      details: { path },
    });
  }
}

const BACKENDS = 'backends.inference';

export class Settings {
  readonly #deps: SettingsDeps;
  readonly #store: SettingsStore;
  readonly #values = new Map<SettingPath, unknown>();
  readonly #events = new Emitter<{ changed: SettingPath }>();

  constructor(deps: SettingsDeps) {
    this.#deps = deps;
    this.#store = new SettingsStore(deps.read);
    for (const [path, json] of this.#store.all()) this.#load(path, json);
  }

  /** What a newer or damaged value says is left alone on disk, and the beginning holds meanwhile. */
  #load(path: string, json: string): void {
    if (!isPath(path)) return;
    const parsed = definitionOf(path).schema.safeParse(parseJson(json));
    if (parsed.success) this.#values.set(path, parsed.data);
    else this.#deps.logger.warn('a stored setting is not understood and its initial value holds', { path });
  }

  get<P extends SettingPath>(path: P): SettingValue<P> {
    const definition = definitionOf(path);
    const value = definition.secret ? this.#deps.secrets.get(secretName(path)) : this.#values.get(path);
    return (value ?? definition.initial) as SettingValue<P>;
  }

  /** The key for a model server's address; undefined where none is held. */
  backendKey(url: string): string | undefined {
    return this.#deps.secrets.get(backendName(url));
  }

  /** Rejects with InvalidSetting, or with what the commit rejects with; then nothing has changed. */
  async set<P extends SettingPath>(path: P, value: SettingValue<P>): Promise<void> {
    const definition = definitionOf(path);
    const parsed = definition.schema.safeParse(path === BACKENDS ? withoutMarks(value) : value);
    if (!parsed.success) throw new InvalidSetting(path, complaint(parsed.error));
    const { clock, secrets } = this.#deps;
    if (definition.secret) await secrets.put({ [secretName(path)]: String(parsed.data) || null });
    else {
      const { kept, keys } =
        path === BACKENDS ? split(parsed.data as InferenceBackendSetting[]) : { kept: parsed.data, keys: {} };
      await secrets.put(keys, [this.#store.put(path, JSON.stringify(kept), clock.now())]);
      this.#values.set(path, kept);
    }
    this.#events.emit('changed', path);
  }

  onChange(listener: (path: SettingPath) => void): () => void {
    return this.#events.on('changed', listener);
  }

  /** All of them, in the contract's order, without any secret. */
  view(): SettingView[] {
    const { secrets } = this.#deps;
    return settingPaths.map((path): SettingView => {
      const { secret = false, restart = false, about, initial } = definitionOf(path);
      const isSet = secret ? secrets.has(secretName(path)) : this.#values.has(path);
      const shown = { path, isSet, secret, restart, about };
      if (secret) return { ...shown, value: null, initial: null };
      const value = path === BACKENDS ? this.#marked() : this.get(path);
      return { ...shown, value: value as z.core.util.JSONType, initial: initial as z.core.util.JSONType };
    });
  }

  #marked() {
    const { secrets } = this.#deps;
    return this.get(BACKENDS).map((backend) => ({ ...backend, apiKeySet: secrets.has(backendName(backend.url)) }));
  }
}

const secretName = (path: string) => `setting:${path}`;
/** Addresses may be long and hold anything; a hash makes a name of them. */
const backendName = (url: string) => `backend:${createHash('sha256').update(new URL(url).href).digest('hex')}`;

function definitionOf(path: SettingPath): SettingDefinition {
  return definitions[path];
}

function isPath(path: string): path is SettingPath {
  return Object.hasOwn(definitions, path);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a view shows may be given back: its marks say nothing about keys. */
function withoutMarks(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.map((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null) return entry;
    const { apiKeySet: _, ...rest } = entry as Record<string, unknown>;
    return rest;
  });
}

/** Keys apart from the rest: one left out stays as it is held, an empty one is removed. */
function split(backends: readonly InferenceBackendSetting[]) {
  const keys: Record<string, string | null> = {};
  const kept = backends.map(({ apiKey, ...rest }) => {
    if (apiKey !== undefined) keys[backendName(rest.url)] = apiKey || null;
    return rest;
  });
  return { kept, keys };
}

/** Where in the value and what was expected there; never what it was. */
function complaint(error: z.ZodError): string {
  const [issue] = error.issues;
  if (!issue) return 'it is not understood';
  const where = issue.path.length > 0 ? `at ${issue.path.join('.')} ` : '';
  return `${where}${issue.message.charAt(0).toLowerCase()}${issue.message.slice(1)}`.slice(0, 300);
}
