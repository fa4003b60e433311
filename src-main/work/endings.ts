// How work ends when the user, the hours or the system want something else: by its kind, and by what is happening. Pure: its test is
// a table.

import type { JobKind } from '../../src-preload/contract/work.ts';

/**
 * Pause: sharing was paused, the hours are over or a rule binds. Room: a program wants the memory. Release: "give me my PC back".
 * Quit: this program ends, for an update too.
 */
export type Occasion = 'pause' | 'room' | 'release' | 'quit';

/**
 * Finish: goes on to its own end. Stop-late: may end within the time that there is, then it is stopped. Hand-back: goes back to
 * its manager. Keep: goes on until what was paid for is over. Ask: goes on until the user says otherwise. Refund: ends, and
 * what is left of the payment goes back.
 */
export type Step = 'finish' | 'stop-late' | 'hand-back' | 'keep' | 'ask' | 'refund';

export interface EndingFacts {
  /** The user's choice for jobs when sharing stops. */
  readonly handBack: boolean;
  /** Of a lease: what was sold goes on without this program. */
  readonly outlives: boolean;
  /** Of a lease: what was sold is at an engine elsewhere, and takes nothing of this computer. */
  readonly elsewhere: boolean;
}

type Table = Readonly<Record<JobKind, (facts: EndingFacts) => Step>>;

const finish = () => 'finish' as const;
const stopLate = () => 'stop-late' as const;
const handBack = () => 'hand-back' as const;
const keep = () => 'keep' as const;
const byChoice = (facts: EndingFacts) => (facts.handBack ? 'hand-back' : 'finish');

const TABLE: Readonly<Record<Occasion, Table>> = {
  pause: { task: finish, job: byChoice, lease: keep },
  room: { task: stopLate, job: byChoice, lease: keep },
  release: { task: stopLate, job: handBack, lease: ({ elsewhere }) => (elsewhere ? 'keep' : 'ask') },
  quit: { task: stopLate, job: handBack, lease: ({ outlives }) => (outlives ? 'keep' : 'refund') },
};

export function stepFor(occasion: Occasion, kind: JobKind, facts: EndingFacts): Step {
  return TABLE[occasion][kind](facts);
}
