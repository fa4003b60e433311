// The models of a practice server: which it has, which of them are in memory, and for how long.

import type { Clock } from '../../base/clock.ts';
import type { ModelStore, ShapeName, Traits } from './exchange.ts';

export interface ModelsOptions {
  readonly shape: ShapeName;
  readonly models: readonly string[];
  readonly loaded: readonly string[];
  readonly loadMs: number;
  readonly chunkDelayMs: number;
  readonly dimensions: number;
  readonly traits: Traits;
}

export class Models implements ModelStore {
  readonly #clock: Clock;
  readonly #options: ModelsOptions;
  readonly #loaded = new Map<string, number>();
  readonly #loading = new Map<string, number>();
  readonly #words = new Map<string, string>();
  #models: readonly string[];

  constructor(clock: Clock, options: ModelsOptions) {
    this.#clock = clock;
    this.#options = options;
    this.#models = options.models;
    for (const model of options.loaded) this.#loaded.set(model, Number.POSITIVE_INFINITY);
  }

  get shape(): ShapeName {
    return this.#options.shape;
  }

  get dimensions(): number {
    return this.#options.dimensions;
  }

  get traits(): Traits {
    return this.#options.traits;
  }

  setModels(models: readonly string[]): void {
    this.#models = models;
    for (const model of this.#loaded.keys()) if (!models.includes(model)) this.#loaded.delete(model);
  }

  names(): readonly string[] {
    return this.#models;
  }

  find(name: unknown): string | undefined {
    if (typeof name !== 'string') return undefined;
    if (this.#models.includes(name)) return name;
    if (this.shape !== 'ollama') return undefined;
    const latest = `${name}:latest`;
    return this.#models.includes(latest) ? latest : undefined;
  }

  async keep(model: string, forMs: number): Promise<void> {
    if (forMs === 0) {
      this.#loaded.delete(model);
      return;
    }
    const { loadMs } = this.#options;
    if (loadMs > 0 && !this.isLoaded(model)) {
      this.#count(model, 1);
      await this.#clock.sleep(loadMs).finally(() => this.#count(model, -1));
    }
    this.#loaded.set(model, forMs < 0 ? Number.POSITIVE_INFINITY : this.#clock.now() + forMs);
  }

  loaded(): readonly { readonly model: string; readonly expiresAt: number }[] {
    const now = this.#clock.now();
    for (const [model, expiresAt] of this.#loaded) if (expiresAt <= now) this.#loaded.delete(model);
    return [...this.#loaded].map(([model, expiresAt]) => ({ model, expiresAt }));
  }

  isLoaded(model: string): boolean {
    return (this.#loaded.get(model) ?? 0) > this.#clock.now();
  }

  isLoading(model: string): boolean {
    return this.#loading.has(model);
  }

  word(model: string): string | undefined {
    return this.#words.get(model);
  }

  setWord(model: string, word: string | undefined): void {
    if (word === undefined) this.#words.delete(model);
    else this.#words.set(model, word);
  }

  now(): number {
    return this.#clock.now();
  }

  pace(gone: AbortSignal): Promise<void> | undefined {
    if (gone.aborted) return Promise.reject(gone.reason as Error);
    const { chunkDelayMs } = this.#options;
    return chunkDelayMs > 0 ? this.#clock.sleep(chunkDelayMs, gone) : undefined;
  }

  #count(model: string, by: number): void {
    const loads = (this.#loading.get(model) ?? 0) + by;
    if (loads > 0) this.#loading.set(model, loads);
    else this.#loading.delete(model);
  }
}
