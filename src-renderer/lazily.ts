// Parts of the pages that come when they are first shown, as a start does without them.
import { type ComponentType, lazy } from 'react';

/** Between one try and the next. */
const WAITS_MS = [100, 500, 2000];

/**
 * A component whose code is fetched with its first showing, and again where that failed: a browser drops what it fetches as soon as any
 * network of the computer changes, and each bridge and tunnel that Hearth makes is such a change. Older browsers keep to the first failure,
 * Chromium up to 153 among them: there the page has to be loaded anew.
 */
export function lazily<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  return lazy(async () => ({ default: await tried(load, WAITS_MS) })) as unknown as ComponentType<Props>;
}

/** What `load` gives, called once more after each of the waits, in ms, as long as it rejects. Rejects as it did the last time. */
export async function tried<Result>(load: () => Promise<Result>, waits: readonly number[]): Promise<Result> {
  for (const wait of waits) {
    try {
      return await load();
    } catch {
      await new Promise((done) => setTimeout(done, wait));
    }
  }
  return load();
}
