// The hours while they are being changed: what is painted stays unsaved until it is saved by hand, and stays when the page is left.
import { createStore } from 'zustand/vanilla';
import { isSamePlan, type Plan } from './schedule.ts';

export interface Draft {
  readonly plan: Plan;
  /** What it was made from. */
  readonly base: Plan;
}

export const draftStore = createStore<{ readonly draft: Draft | undefined }>()(() => ({ draft: undefined }));

/** Undefined where it is as what is kept, so that nothing is left to be saved. */
export function draftOf(plan: Plan, base: Plan): Draft | undefined {
  return isSamePlan(plan, base) ? undefined : { plan, base };
}

/** What is kept has become another since the draft was begun. */
export function isOutdated({ base }: Draft, kept: Plan): boolean {
  return !isSamePlan(base, kept);
}

export function setDraft(draft: Draft | undefined): void {
  draftStore.setState({ draft });
}
