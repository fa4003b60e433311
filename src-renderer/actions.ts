// Everything that can be done by name: one list, read by the palette, the keyboard and the list of shortcuts. A part that can do
// something adds it here for as long as it can: the frame for good, a page while it is shown.
import { ListFilter, type LucideIcon } from 'lucide-react';
import { type RefObject, useEffect, useId, useRef } from 'react';
import { createStore } from 'zustand/vanilla';
import type { Values } from '../src-i18n/fill.ts';
import type { Key } from './i18n/keys.ts';

/** In the order of the palette. */
export const actionGroups = ['page', 'sharing', 'places', 'look', 'help', 'settings'] as const;

export interface Action {
  /** Its own for ever, such as `work.filter`. */
  readonly id: string;
  readonly group: (typeof actionGroups)[number];
  readonly title: Key;
  /** What stands in the title's places. */
  readonly values?: Values;
  readonly icon: LucideIcon;
  /** Such as `Mod+Shift+P`, see keys.ts. */
  readonly keys?: string;
  /** More words to find it by. */
  readonly words?: Key;
  /** What is shown behind its title, and found by too: a setting's path. */
  readonly note?: string;
  /** Only goes somewhere or shows something. The others change something, and wait until a word was typed for them. */
  readonly opens?: true;
  readonly run: () => void;
}

/** What was added later comes first: a page's shortcut wins over the frame's. */
export const actionsStore = createStore<{ readonly actions: readonly Action[] }>()(() => ({ actions: [] }));

/** Returns its off. */
export function addActions(added: readonly Action[]): () => void {
  actionsStore.setState(({ actions }) => ({ actions: [...added, ...actions] }));
  return () => {
    actionsStore.setState(({ actions }) => ({ actions: actions.filter((action) => !added.includes(action)) }));
  };
}

/** Adds a page's actions while it is shown. Pass a list that stays the same between renders (`useMemo`, or a constant). */
export function useActions(actions: readonly Action[]): void {
  useEffect(() => addActions(actions), [actions]);
}

/** Mod+F goes to a page's filter, where it has one that can be seen. Give what comes back to it as its ref. */
export function useFilterKey<E extends HTMLElement = HTMLInputElement>(title: Key, there = true): RefObject<E | null> {
  const id = useId();
  const filter = useRef<E>(null);
  useEffect(() => {
    if (!there) return undefined;
    const run = () => filter.current?.focus();
    return addActions([
      { id: `filter ${id}`, group: 'page', title, icon: ListFilter, keys: 'Mod+F', opens: true, run },
    ]);
  }, [id, title, there]);
  return filter;
}
