// Puts values into a sentence: `{{name}}` as it is, `{{name, number}}` and `{{name, bytes}}` as the language writes figures, as it does a
// number or a time of the day that the sentence has itself: `{{1000}}`, `{{22:00}}`. `count`
// chooses between the forms of a sentence, such as `task_one` and `task_other`. Pure, and the only one: pages, tray and terminal
// all speak through it.
import { formatBytes, formatNumber } from './format/money.ts';
import { timeText } from './format/time.ts';

export type Value = string | number;
export type Values = Readonly<Record<string, Value>>;

/** The names of the values that a sentence needs: "a" | "b" of "{{a}} of {{b, number}}". */
export type Holes<T extends string> = T extends `${string}{{${infer Inside}}}${infer Rest}`
  ? NameOf<Inside> | Holes<Rest>
  : never;
type NameOf<T extends string> = T extends `${number}` | `${number}:${number}`
  ? never
  : T extends `${infer Name}, ${string}`
    ? Name
    : T;

/** "task" for "task_one": the count chooses the form. */
export type Stem<K extends string> = K extends `${infer S}_${'zero' | 'one' | 'two' | 'few' | 'many' | 'other'}`
  ? S
  : K;

/** How a language writes figures, and which of its plurals a count takes. */
export interface Figures {
  readonly locale: string;
  readonly number: (value: number) => string;
  readonly bytes: (value: number) => string;
  /** Of minutes since midnight. */
  readonly time: (minutes: number) => string;
}

/** As a person reads them. With more than three decimals a figure says nothing. */
export function figuresIn(locale: string): Figures {
  return {
    locale,
    number: (value) => formatNumber(value, 3, locale),
    bytes: (value) => formatBytes(value, locale),
    time: (minutes) => timeText(minutes, locale),
  };
}

/** As logs and programs read them: digits alone. */
export const plainFigures: Figures = { ...figuresIn('en-GB'), number: String };

/** The same keys with other words: what a translation has to hold. */
export type Same<T> = { readonly [K in keyof T]: T[K] extends string ? string : Same<T[K]> };

const HOLE = /\{\{(\w+)(?:, (\w+))?\}\}/g;
const TIME = /\{\{(\d\d):(\d\d)\}\}/g;

/** Undefined where a value is missing: a sentence with a gap is worse than none. */
export function fill(sentence: string, values: Values, figures: Figures): string | undefined {
  let whole = true;
  const timed = sentence.replace(TIME, (_hole, hours, minutes) => figures.time(Number(hours) * 60 + Number(minutes)));
  const filled = timed.replace(HOLE, (_hole, name: string, form: string | undefined) => {
    if (/^\d/.test(name)) return figures.number(Number(name));
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) whole = false;
    if (typeof value !== 'number') return String(value);
    return form === 'number' ? figures.number(value) : form === 'bytes' ? figures.bytes(value) : String(value);
  });
  return whole ? filled : undefined;
}

/** A sentence that the engine has in English, in other words. */
export interface Rewording {
  readonly message: string;
  readonly action?: string;
}

/** Sentences by key, each form of one under a key of its own. */
export type Sentences = Readonly<Record<string, string>>;

/** The sentence of a key, filled, in the form that its `count` takes. Undefined where there is none, or a value is missing. */
export function say(sentences: Sentences, key: string, values: Values, figures: Figures): string | undefined {
  const { count } = values;
  const form = typeof count === 'number' ? find(sentences, `${key}_${formOf(count, figures.locale)}`) : undefined;
  const sentence = form ?? find(sentences, key);
  return sentence === undefined ? undefined : fill(sentence, values, figures);
}

function find(sentences: Sentences, key: string): string | undefined {
  return Object.hasOwn(sentences, key) ? sentences[key] : undefined;
}

const plurals = new Map<string, Intl.PluralRules>();

/** Which plural a count takes. Making the rules takes longer than using them a thousand times. */
export function formOf(count: number, locale: string): string {
  const rules = plurals.get(locale) ?? new Intl.PluralRules(locale);
  plurals.set(locale, rules);
  return rules.select(count);
}
