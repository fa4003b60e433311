/**
 * Announces events; nothing waits for a listener. One that throws, which is a bug, keeps no other from hearing: its error comes
 * out of `emit` when all were called. `on` returns its off.
 */
export class Emitter<Events extends Record<string, unknown>> {
  readonly #listeners = new Map<keyof Events, Set<(payload: never) => void>>();

  on<E extends keyof Events>(event: E, listener: (payload: Events[E]) => void): () => void {
    const set = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, set);
    const own = (payload: never) => listener(payload);
    set.add(own);
    return () => void set.delete(own);
  }

  emit<E extends keyof Events>(event: E, payload: Events[E]): void {
    const errors: unknown[] = [];
    // A copy: a listener that subscribes meanwhile hears of the next event, not of this one.
    const listeners = [...(this.#listeners.get(event) ?? [])];
    for (const listener of listeners) {
      try {
        listener(payload as never);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }
}
