// A long list that is read page by page, newest first, as far as the user has scrolled. What comes meanwhile at the head waits
// until it is wanted, so that nothing moves under the reader.
import { createStore, type StoreApi } from 'zustand/vanilla';

export interface PageOf<R> {
  /** May be empty while `next` is not null. */
  readonly items: readonly R[];
  readonly next: number | null;
}

export interface PagesDeps<F, R> {
  readonly ask: (filter: F, before: number | undefined, limit: number) => Promise<PageOf<R>>;
  readonly keyOf: (row: R) => number;
  readonly onFailure: (error: unknown) => void;
}

export interface PagesState<R> {
  readonly items: readonly R[];
  /** Newer than the first of them, and not shown yet. */
  readonly newer: readonly R[];
  readonly reading: boolean;
  readonly failed: boolean;
  /** There is no more behind the last of them. */
  readonly complete: boolean;
}

export interface Pages<F, R> {
  readonly store: StoreApi<PagesState<R>>;
  /** Begins anew with another filter; with the same one what was read stays. */
  show(filter: F): void;
  /** Reads on behind the last row. One page at a time. */
  more(): void;
  /** Looks for what is newer than the first row. */
  refresh(): void;
  takeNewer(): void;
}

const PAGE = 200;
const NONE: PagesState<never> = { items: [], newer: [], reading: false, failed: false, complete: false };

export function createPages<F, R>({ ask, keyOf, onFailure }: PagesDeps<F, R>): Pages<F, R> {
  const store = createStore<PagesState<R>>()(() => NONE);
  let shown: { readonly filter: F; readonly key: string } | undefined;
  let next: number | undefined;
  let refreshing = false;
  let again = false;

  async function read(filter: F, key: string): Promise<void> {
    store.setState({ reading: true, failed: false });
    try {
      // Pages without a single fitting row are passed over.
      for (let found = 0; found === 0; ) {
        const page = await ask(filter, next, PAGE);
        if (shown?.key !== key) return;
        found = page.items.length;
        next = page.next ?? undefined;
        store.setState(({ items }) => ({ items: [...items, ...page.items], complete: page.next === null }));
        if (page.next === null) break;
      }
      store.setState({ reading: false });
    } catch (error) {
      if (shown?.key !== key) return;
      store.setState({ reading: false, failed: true });
      onFailure(error);
    }
  }

  async function look(filter: F, key: string): Promise<void> {
    const page = await ask(filter, undefined, PAGE);
    if (shown?.key !== key) return;
    const { items, newer } = store.getState();
    const known = new Set([...newer, ...items.slice(0, PAGE)].map(keyOf));
    const meet = page.items.findIndex((row) => known.has(keyOf(row)));
    if (meet === 0) return;
    if (meet > 0 || page.next === null) {
      const fresh = meet > 0 ? page.items.slice(0, meet) : page.items;
      store.setState({ newer: [...fresh, ...newer] });
      return;
    }
    // More came than fits on a page: what was read before does not connect any more.
    next = page.next;
    store.setState({ ...NONE, items: page.items });
  }

  return {
    store,
    show(filter) {
      const key = JSON.stringify(filter);
      if (shown?.key === key) return;
      shown = { filter, key };
      next = undefined;
      store.setState(NONE);
      void read(filter, key);
    },
    more() {
      const { reading, complete } = store.getState();
      if (shown && !reading && !complete) void read(shown.filter, shown.key);
    },
    refresh() {
      const { reading, failed, items } = store.getState();
      if (shown === undefined || reading || (failed && items.length === 0)) return;
      if (refreshing) {
        again = true;
        return;
      }
      refreshing = true;
      void look(shown.filter, shown.key)
        .catch(onFailure)
        .finally(() => {
          refreshing = false;
          if (again) this.refresh();
          again = false;
        });
    },
    takeNewer() {
      store.setState(({ newer, items }) => ({ items: [...newer, ...items], newer: [] }));
    },
  };
}
