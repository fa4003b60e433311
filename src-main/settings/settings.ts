// The settings as the house reads them: typed by the contract, in memory, changed in one way only. Secrets among them lie
// sealed and are never in a view.

import type { Database } from 'better-sqlite3';
import type { z } from 'zod';
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
import type { Logger } from '../base/logger.ts';
import type { Write } from '../storage/write.ts';
import { backendSecret, repeatedUrl, splitKeys, withoutShown } from './backend-keys.ts';
import { SettingInvalid } from './errors.ts';
import { SettingsStore } from './store.ts';

/** The sealed store, as far as settings need it. */
export interface SealedValues {
  get(name: string): string | undefined;
  has(name: string): boolean;
  /** Seals, removes what is null, and commits `writes` in the same unit. */
  putAll(values: Readonly<Record<string, string | null>>, writes?: readonly Write[]): Promise<void>;
}

export interface SettingsDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly read: Database;
  readonly secrets: SealedValues;
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
    return this.#deps.secrets.get(backendSecret(url));
  }

  /** Rejects with SettingInvalid, or with what the commit rejects with; then nothing has changed. */
  async set<P extends SettingPath>(path: P, value: SettingValue<P>): Promise<void> {
    const definition = definitionOf(path);
    const parsed = definition.schema.safeParse(path === BACKENDS ? withoutShown(value) : value);
    if (!parsed.success) throw invalid(path, definition, parsed.error);
    const { clock, secrets } = this.#deps;
    if (definition.secret) await secrets.putAll({ [secretName(path)]: String(parsed.data) || null });
    else if (path === BACKENDS) await this.#setBackends(parsed.data as SettingValue<typeof BACKENDS>);
    else {
      await secrets.putAll({}, [this.#store.put(path, JSON.stringify(parsed.data), clock.now())]);
      this.#values.set(path, parsed.data);
    }
    this.#events.emit('changed', path);
  }

  async #setBackends(list: SettingValue<typeof BACKENDS>): Promise<void> {
    const again = repeatedUrl(list);
    if (again >= 0)
      throw new SettingInvalid(BACKENDS, ` at ${again}.url`, 'this address comes twice', definitionOf(BACKENDS).about);
    const { clock, secrets } = this.#deps;
    const { kept, secrets: keys } = splitKeys(this.get(BACKENDS), list);
    await secrets.putAll(keys, [this.#store.put(BACKENDS, JSON.stringify(kept), clock.now())]);
    this.#values.set(BACKENDS, kept);
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
    return this.get(BACKENDS).map((backend) => ({ ...backend, apiKeySet: secrets.has(backendSecret(backend.url)) }));
  }
}

const secretName = (path: string) => `setting:${path}`;
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

/** Where in the value and what was expected there; never what it was. */
function invalid(path: string, { about }: SettingDefinition, error: z.ZodError): SettingInvalid {
  const [issue] = error.issues;
  const where = issue && issue.path.length > 0 ? ` at ${issue.path.join('.')}` : '';
  const message = issue?.message ?? 'it is not understood';
  return new SettingInvalid(path, where, `${message.charAt(0).toLowerCase()}${message.slice(1)}`.slice(0, 300), about);
}
