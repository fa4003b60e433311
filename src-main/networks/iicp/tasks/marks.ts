// What of one task must not come twice. It is looked up as the checks come, and remembered together once the task is taken: so that
// no caller fills the memory with what is turned away. It is forgotten where the task ends unpaid, so that its sender may try again.

import { RETRY_WHEN_DRAINING_S } from '../inbound/answer.ts';
import type { Mark, SeenRecently, Verdict } from './replay.ts';
import * as wire from './wire.ts';

export type Kind = 'nonces' | 'taskIds' | 'sealed';
export type Seen = Readonly<Record<Kind, SeenRecently>>;

const AGAIN: Readonly<Record<Kind, () => wire.Refusal>> = {
  nonces: wire.replayed,
  taskIds: wire.duplicate,
  sealed: wire.replayed,
};

export class Marks {
  readonly #seen: Seen;
  readonly #caller: string | undefined;
  readonly #looked: { readonly kind: Kind; readonly mark: Mark }[] = [];

  /** `caller`: see SeenRecently.markOf. */
  constructor(seen: Seen, caller: string | undefined) {
    this.#seen = seen;
    this.#caller = caller;
  }

  /** Why a task with it is not taken; undefined where it is new. */
  look(kind: Kind, value: string): wire.Refusal | undefined {
    const mark = this.#seen[kind].markOf(value, this.#caller);
    this.#looked.push({ kind, mark });
    return refusalFor(kind, this.#seen[kind].look(mark));
  }

  /** All that was looked up, or nothing: then why, for another may have brought it meanwhile. */
  remember(): wire.Refusal | undefined {
    for (const [at, { kind, mark }] of this.#looked.entries()) {
      const refusal = refusalFor(kind, this.#seen[kind].remember(mark));
      if (!refusal) continue;
      for (const kept of this.#looked.slice(0, at)) this.#seen[kept.kind].forget(kept.mark);
      return refusal;
    }
    return undefined;
  }

  /** Of a task that was remembered. */
  forget(): void {
    for (const { kind, mark } of this.#looked) this.#seen[kind].forget(mark);
  }
}

function refusalFor(kind: Kind, verdict: Verdict): wire.Refusal | undefined {
  if (verdict === 'first') return undefined;
  return verdict === 'again' ? AGAIN[kind]() : wire.draining('replay_memory', RETRY_WHEN_DRAINING_S);
}
