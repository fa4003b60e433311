// Removing what is left over, one thing after the other: one that can't be removed keeps no other.

/** What a sweep has removed, and what it could not. */
export interface Swept {
  /** By their ids. */
  readonly gone: readonly string[];
  readonly left: readonly { readonly id: string; readonly error: unknown }[];
}

/** Rejects with the signal's reason alone. */
export async function sweptEach(
  ids: Iterable<string>,
  remove: (id: string) => Promise<void>,
  signal: AbortSignal,
): Promise<Swept> {
  const gone: string[] = [];
  const left: { readonly id: string; readonly error: unknown }[] = [];
  for (const id of ids) {
    try {
      await remove(id);
      gone.push(id);
    } catch (error) {
      signal.throwIfAborted();
      left.push({ id, error });
    }
  }
  return { gone, left };
}
