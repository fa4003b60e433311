// Types over the texts: every key that there is, and what a translation has to hold.
import type { Rewording, Same, Sentences, Stem, Values } from '../../src-i18n/fill.ts';
import type { en } from './en.ts';

type Paths<T, Before extends string = ''> = {
  [K in keyof T & string]: T[K] extends string ? `${Before}${Stem<K>}` : Paths<T[K], `${Before}${K}.`>;
}[keyof T & string];

/** A key of a text, such as `home.title`. One that is not there does not compile. */
export type Key = Paths<typeof en>;

/** The text of a key. `count` chooses the plural; text of strangers goes through `quoted` (format/text.ts) first. */
export type Translate = (key: Key, values?: Values) => string;

/** One language: the texts of the pages, and what the engine says in it. */
export interface Texts {
  readonly texts: Same<typeof en>;
  /** By code, or by a family of them (`HTTP-*`). Where one is missing the engine's own (English) sentence is shown. */
  readonly reasons: Readonly<Record<string, Rewording>>;
  /** By code: the sentences that the engine itself makes of values. */
  readonly sayings: Sentences;
  /** By path. Where one is missing the contract's own (English) sentence is shown. */
  readonly settings: Readonly<Record<string, string>>;
}
