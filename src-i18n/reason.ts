// Reasons that are made of values: the code and the values travel, and whoever shows them picks the sentence of its language. The
// English one goes along for logs, `--json` and a reader that does not know the code.
import type { Reason } from '../src-preload/contract/define.ts';
import { sayings } from './en/sayings.ts';
import { type Holes, plainFigures, type Stem, say, type Value, type Values } from './fill.ts';

type Sayings = typeof sayings;
type SayingCode = Exclude<Stem<keyof Sayings>, `${string}.action`>;
type TextsOf<C extends string> = {
  [K in keyof Sayings]: Stem<K> extends C | `${C}.action` ? Sayings[K] : never;
}[keyof Sayings];
type ValuesOf<C extends SayingCode> = Holes<TextsOf<C>>;
type Given<C extends SayingCode> = [ValuesOf<C>] extends [never] ? [] : [values: Readonly<Record<ValuesOf<C>, Value>>];

/** Longer than any address or name that a sentence quotes whole. */
const LONGEST_VALUE = 500;

/** The reason of a code. A code without a sentence, and a sentence without its values, do not compile. */
export function reasonFor<C extends SayingCode>(code: C, ...[given]: Given<C>): Reason {
  const values = bounded(given ?? {});
  const action = say(sayings, `${code}.action`, values, plainFigures);
  return {
    code,
    ...(given !== undefined && { values }),
    message: say(sayings, code, values, plainFigures) ?? code,
    ...(action !== undefined && { action }),
  };
}

/** Names and addresses may be a stranger's. */
function bounded(values: Values): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'string' && value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}…` : value,
    ]),
  );
}
