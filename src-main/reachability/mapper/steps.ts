// What was tried and what came of it, for a person to read: the last few, each a code that the pages have words for, and facts.

import type { ReachStepCode } from '../../../src-preload/contract/reachability.ts';
import type { Clock } from '../../base/clock.ts';
import type { Family } from '../mapping.ts';

/** Those of the contract that are about a router. */
type OfRouter<C> = C extends `router.${infer Code}` ? Code : never;
export type MapperStepCode = OfRouter<ReachStepCode>;

export interface MapperStep {
  /** Wall time. */
  readonly at: number;
  readonly code: MapperStepCode;
  /** The request's id and family, where it is about one. */
  readonly request?: string;
  readonly family?: Family;
  readonly facts: Readonly<Record<string, string | number | boolean>>;
}

const MOST = 200;

export class Steps {
  readonly #clock: Clock;
  #steps: readonly MapperStep[] = [];

  constructor({ clock }: { readonly clock: Clock }) {
    this.#clock = clock;
  }

  /** Oldest first. */
  list(): readonly MapperStep[] {
    return this.#steps;
  }

  add(code: MapperStepCode, facts: MapperStep['facts'] = {}, about: { request?: string; family?: Family } = {}): void {
    this.#steps = [...this.#steps.slice(1 - MOST), { at: this.#clock.now(), code, ...about, facts }];
  }
}
