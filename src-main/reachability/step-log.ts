// The last things that were found out about inbound reachability, for a person to read.

import type { ReachStep } from '../../src-preload/contract/reachability.ts';
import type { Clock } from '../base/clock.ts';
import type { Step } from './detect/lines.ts';
import { factsText } from './mapped.ts';

const MOST = 200;

export class StepLog {
  readonly #clock: Clock;
  #steps: readonly ReachStep[] = [];

  constructor({ clock }: { readonly clock: Clock }) {
    this.#clock = clock;
  }

  note(...steps: readonly Step[]): void {
    for (const { code, facts } of steps) {
      const step = { at: this.#clock.now(), code, facts: factsText(facts) };
      this.#steps = [step, ...this.#steps].slice(0, MOST);
    }
  }

  /** With those of others, newest first. */
  with(others: readonly ReachStep[]): ReachStep[] {
    return [...this.#steps, ...others].sort((a, b) => b.at - a.at).slice(0, MOST);
  }
}
