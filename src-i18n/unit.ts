// Amounts of what networks pay in: a figure and its unit's name, which the contract of its network has in each language.

import type { UnitWords } from '../src-preload/contract/networks/contract.ts';
import { networkContracts } from '../src-preload/contract/networks/registry.ts';
import { formOf } from './fill.ts';
import { atAGlance, formatMicro } from './format/money.ts';

const words: Readonly<Record<string, UnitWords>> = Object.assign(
  {},
  ...Object.values(networkContracts).map(({ units }) => units),
);

/** "credits" of 37.57; a unit that no network has a word for stays as it is, a stranger's text. */
export function unitWord(unit: string, micro: number, locale: string): string {
  const own = Object.hasOwn(words, unit) ? words[unit] : undefined;
  if (own === undefined) return unit;
  const language = locale.startsWith('de') ? 'de' : 'en';
  return own[language][formOf(micro / 1_000_000, locale) === 'one' ? 'one' : 'other'];
}

/** "37.57" and "credits" of 37571300 millionths. Exact: "37.5713", where amounts are added up or held against each other. */
export function amountParts(micro: number, unit: string, locale: string, exact = false): readonly [string, string] {
  const shown = exact ? micro : atAGlance(micro);
  return [formatMicro(shown, locale), unitWord(unit, shown, locale)];
}
