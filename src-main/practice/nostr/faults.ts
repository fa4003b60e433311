// How a practice relay goes wrong, by script: for the next connections or words of a kind, in order.

export type RelayWord = 'connect' | 'EVENT' | 'REQ' | 'AUTH';

export type RelayFault =
  /** Nothing of it. */
  | { readonly do: 'fine' }
  /** Nothing is done and nothing is said. */
  | { readonly do: 'swallow' }
  /** It is done, and nothing said of it: of an event no OK, of a request no EOSE. */
  | { readonly do: 'say-nothing' }
  /** OK with false, or CLOSED, in these words. */
  | { readonly do: 'refuse'; readonly said: string }
  /** The same by a NOTICE, as some relays do. */
  | { readonly do: 'notice'; readonly said: string }
  /** The connection ends: before anything was done, or after it. */
  | { readonly do: 'drop' }
  | { readonly do: 'drop-after' };

export class RelayFaults {
  readonly #scripts = new Map<RelayWord, RelayFault[]>();
  /** It can't be reached at all. */
  away = false;

  /** After those that were scripted before for the same word. */
  next(word: RelayWord, ...faults: readonly RelayFault[]): void {
    this.#scripts.set(word, [...(this.#scripts.get(word) ?? []), ...faults]);
  }

  take(word: RelayWord): RelayFault {
    if (this.away) return { do: 'drop' };
    return this.#scripts.get(word)?.shift() ?? { do: 'fine' };
  }
}
