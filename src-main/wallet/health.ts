// Which mints answer: noted with every request that is made anyway, so that none is asked for this alone. Forgotten with the program.

import type { Clock } from '../base/clock.ts';

export interface MintHealth {
  /** Epoch milliseconds; null: not since this program began. */
  readonly answeredAt: number | null;
  /** Since when it has not answered any request; null: it does, or was not asked yet. */
  readonly silentSince: number | null;
}

const UNASKED: MintHealth = { answeredAt: null, silentSince: null };

export class Health {
  readonly #clock: Clock;
  readonly #of = new Map<string, MintHealth>();

  constructor({ clock }: { readonly clock: Clock }) {
    this.#clock = clock;
  }

  /** A refusal is an answer too. */
  heard(url: string, answered: boolean): void {
    const now = this.#clock.now();
    const { answeredAt, silentSince } = this.of(url);
    this.#of.set(
      url,
      answered ? { answeredAt: now, silentSince: null } : { answeredAt, silentSince: silentSince ?? now },
    );
  }

  of(url: string): MintHealth {
    return this.#of.get(url) ?? UNASKED;
  }
}
