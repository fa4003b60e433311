// The hours while they are being changed: what is painted stays unsaved until it is saved by hand, and stays when the page is left.
import { createStore } from 'zustand/vanilla';
import type { Grid } from '../../../src-preload/contract/settings/availability.ts';
import { isSame, type Week, weekOf } from '../../components/week/cells.ts';

export interface Draft {
  readonly week: Week;
  /** What it was made from. */
  readonly base: Grid | null;
}

export const draftStore = createStore<{ readonly draft: Draft | undefined }>()(() => ({ draft: undefined }));

/** Undefined where it is as what is kept, so that nothing is left to be saved. */
export function draftOf(week: Week, base: Grid | null): Draft | undefined {
  return isSame(week, weekOf(base)) ? undefined : { week, base };
}

/** What is kept has become another since the draft was begun. */
export function isOutdated({ base }: Draft, kept: Grid | null): boolean {
  return !isSame(weekOf(base), weekOf(kept));
}

export function setDraft(draft: Draft | undefined): void {
  draftStore.setState({ draft });
}
