// The settings as the house reads them: typed by the contract, in memory, changed in one way only. Secrets among them lie
// sealed and are never in a view.

import { isDeepStrictEqual } from 'node:util';
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
import { backendSecret, type KeylessBackend, repeatedUrl, splitKeys, withoutShown } from './backend-keys.ts';
import { SettingChanged, SettingInvalid } from './errors.ts';
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
  /** Stored by a version that had other settings. */
  readonly #retired = new Map<string, unknown>();
  readonly #events = new Emitter<{ changed: SettingPath }>();
  /** One change after the other: which keys a list leaves behind depends on the list before it. */
  #last: Promise<void> = Promise.resolve();

  constructor(deps: SettingsDeps) {
    this.#deps = deps;
    this.#store = new SettingsStore(deps.read);
    for (const [path, json] of this.#store.all()) this.#load(path, json);
  }

  /** What a newer or damaged value says is left alone on disk, and the beginning holds meanwhile. */
  #load(path: string, json: string): void {
    if (!isPath(path)) return void this.#retired.set(path, parseJson(json));
    const parsed = definitionOf(path).schema.safeParse(parseJson(json));
    if (parsed.success) this.#values.set(path, parsed.data);
    else this.#deps.logger.warn('a stored setting is not understood and its initial value holds', { path });
  }

  /** The value in force. The keys of `backends.inference` are left out, see backendKey. */
  get<P extends SettingPath>(path: P): SettingValue<P> {
    const definition = definitionOf(path);
    const value = definition.secret ? this.#deps.secrets.get(secretName(path)) : this.#values.get(path);
    return (value ?? definition.initial) as SettingValue<P>;
  }

  /** What an earlier version stored under a path that is no more, unchecked; undefined where it did not. */
  retired(path: string): unknown {
    return this.#retired.get(path);
  }

  /** The key for a model server's address; undefined where none is held. */
  backendKey(url: string): string | undefined {
    try {
      return this.#deps.secrets.get(backendSecret(url));
    } catch (error) {
      // That server will refuse us and its state says so; it is no reason to stop asking the others.
      this.#deps.logger.warn('the key of a model server cannot be opened', { error });
      return undefined;
    }
  }

  /**
   * On disk and in force when it resolves; an empty secret is removed. `was`: the value, as shown, that it was made from.
   * Rejects with SettingInvalid, with SettingChanged where it is another than `was` by then, or with what the commit rejects
   * with; then nothing has changed.
   */
  async set<P extends SettingPath>(path: P, value: SettingValue<P>, was?: unknown): Promise<void> {
    const definition = definitionOf(path);
    const parsed = definition.schema.safeParse(path === BACKENDS ? withoutShown(value) : value);
    if (!parsed.success) throw invalid(path, definition, parsed.error);
    const data: unknown = parsed.data;
    if (path === BACKENDS) assertApart(data as KeylessBackend[]);
    const done = this.#last.then(() => {
      if (was !== undefined && !isDeepStrictEqual(was, parseJson(JSON.stringify(this.#shown(path))))) {
        throw new SettingChanged(path);
      }
      return this.#write(path, data);
    });
    this.#last = done.catch(() => undefined);
    await done;
    this.#events.emit('changed', path);
  }

  async #write(path: SettingPath, data: unknown): Promise<void> {
    const { clock, secrets } = this.#deps;
    if (definitionOf(path).secret) return secrets.putAll({ [secretName(path)]: String(data) || null });
    const { kept, secrets: keys } =
      path === BACKENDS
        ? splitKeys(this.get(BACKENDS), data as SettingValue<typeof BACKENDS>)
        : { kept: data, secrets: {} };
    await secrets.putAll(keys, [this.#store.put(path, JSON.stringify(kept), clock.now())]);
    this.#values.set(path, kept);
  }

  /** Called when a change is in force. Returns its off. */
  onChange(listener: (path: SettingPath) => void): () => void {
    return this.#events.on('changed', listener);
  }

  /** Whether the user has ever chosen it. */
  isSet(path: SettingPath): boolean {
    return definitionOf(path).secret ? this.#deps.secrets.has(secretName(path)) : this.#values.has(path);
  }

  /** All of them, in the contract's order, without any secret. */
  view(): SettingView[] {
    return settingPaths.map((path): SettingView => {
      const { secret = false, about, initial } = definitionOf(path);
      const shown = { path, isSet: this.isSet(path), secret, about };
      return { ...shown, value: this.#shown(path), initial: secret ? null : (initial as z.core.util.JSONType) };
    });
  }

  /** A value without any secret. */
  #shown(path: SettingPath): z.core.util.JSONType {
    if (definitionOf(path).secret) return null;
    return (path === BACKENDS ? this.#marked() : this.get(path)) as z.core.util.JSONType;
  }

  #marked() {
    const { secrets } = this.#deps;
    return this.get(BACKENDS).map((backend) => ({ ...backend, apiKeySet: secrets.has(backendSecret(backend.url)) }));
  }
}

function secretName(path: SettingPath): string {
  return `setting:${path}`;
}

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

function assertApart(list: readonly KeylessBackend[]): void {
  const again = repeatedUrl(list);
  if (again < 0) return;
  throw new SettingInvalid(BACKENDS, `[${again}].url`, 'this address is there twice', definitionOf(BACKENDS).about);
}

/** Where in the value and what was expected there; never what it was. */
function invalid(path: string, { about }: SettingDefinition, error: z.ZodError): SettingInvalid {
  const [issue] = error.issues;
  const at = (issue?.path ?? []).map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return new SettingInvalid(path, at, problemOf(issue).slice(0, 300), about);
}

const KINDS: Readonly<Record<string, string>> = {
  boolean: 'it takes true or false',
  number: 'it takes a number',
  int: 'it takes a whole number',
  string: 'it takes text',
  array: 'it takes a list, in [ ]',
  object: 'it takes an object, in { }',
};

/** What was expected, in words of ours where zod has only its own. The contract's messages are made for users already. */
function problemOf(issue: z.core.$ZodIssue | undefined): string {
  if (!issue) return 'it is not understood';
  const things =
    'origin' in issue && (issue.origin === 'string' ? ' characters' : issue.origin === 'array' ? ' entries' : '');
  switch (issue.code) {
    case 'invalid_type':
      return KINDS[issue.expected] ?? 'it is of the wrong kind';
    case 'too_small':
      return `it takes at least ${String(issue.minimum)}${things || ''}`;
    case 'too_big':
      return `it takes at most ${String(issue.maximum)}${things || ''}`;
    case 'invalid_value':
      return `it takes one of ${issue.values.map(String).join(', ')}`;
    case 'unrecognized_keys':
      return `it has no member ${issue.keys.join(', ').slice(0, 80)}`;
    case 'invalid_union':
      return problemOf(issue.errors.flat().find((each) => each.code !== 'invalid_value') ?? issue.errors.flat()[0]);
    default:
      return issue.message.replace(/^./, (first) => first.toLowerCase());
  }
}
