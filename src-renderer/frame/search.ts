// Finding an action by what is typed: every word has to begin some word of its name or of its further words, or at least
// be in one. What is in the name comes before what is only in the others. Where nothing fits, what was perhaps meant is named.
import type { Action } from '../actions.ts';
import type { Translate } from '../i18n/keys.ts';

/** Without case and accents, so that "ubersicht" finds "Übersicht". */
function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .replaceAll('ß', 'ss')
    .toLowerCase();
}

const wordsOf = (text: string) => plain(text).split(/[^\p{L}\p{N}?]+/u);
const othersOf = ({ words, note }: Action, t: Translate) => wordsOf(`${words ? t(words) : ''} ${note ?? ''}`);

function rate(word: string, names: readonly string[], others: readonly string[]): number {
  if (names.some((name) => name.startsWith(word))) return 4;
  if (others.some((other) => other.startsWith(word))) return 3;
  if (names.some((name) => name.includes(word))) return 2;
  return others.some((other) => other.includes(word)) ? 1 : 0;
}

/** The actions that fit, the best first, those alike in their own order; all of them for nothing typed. */
export function findActions(actions: readonly Action[], typed: string, t: Translate): readonly Action[] {
  const wanted = plain(typed).split(/\s+/).filter(Boolean);
  return actions
    .map((action) => {
      const names = wordsOf(t(action.title, action.values));
      const others = othersOf(action, t);
      const rates = wanted.map((word) => rate(word, names, others));
      return { action, rate: rates.includes(0) ? -1 : rates.reduce((sum, one) => sum + one, 0) };
    })
    .filter(({ rate: sum }) => sum >= 0)
    .sort(
      (a, b) => (a.action.group === 'settings' ? 1 : 0) - (b.action.group === 'settings' ? 1 : 0) || b.rate - a.rate,
    )
    .map(({ action }) => action);
}

/** Shorter words are next to too many others. */
const SHORTEST = 3;

/**
 * What was perhaps meant, where nothing fits: with the known word that is next to each that no action has, at most a third of its
 * letters being other ones; or one of these words alone, where they find nothing together.
 */
export function meantBy(actions: readonly Action[], typed: string, t: Translate): string | undefined {
  const words = plain(typed).split(/\s+/).filter(Boolean);
  const known = new Set(
    actions.flatMap((action) => [...wordsOf(t(action.title, action.values)), ...othersOf(action, t)]),
  );
  const strange = (word: string) => ![...known].some((other) => other.includes(word));
  const meant = words.map((word) => (strange(word) ? nearest(word, known) : word));
  const corrected = meant.filter((word, at) => word !== undefined && word !== words[at]);
  const tries = [meant.includes(undefined) ? undefined : meant.join(' '), ...corrected];
  return tries.find(
    (text) => text !== undefined && text !== plain(typed).trim() && findActions(actions, text, t).length > 0,
  );
}

function nearest(word: string, known: ReadonlySet<string>): string | undefined {
  if (word.length < SHORTEST) return undefined;
  let best: string | undefined;
  let least = Math.floor(word.length / 3) + 1;
  for (const other of known) {
    if (other.length < SHORTEST || Math.abs(other.length - word.length) >= least) continue;
    const away = distance(word, other);
    if (away < least) [best, least] = [other, away];
  }
  return best;
}

/** Letters to put in, take out, change or swap with their neighbour (optimal string alignment). */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const changed = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, changed);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        next[j] = Math.min(next[j]!, before[j - 2]! + 1);
    }
    [before, row] = [row, next];
  }
  return row[b.length]!;
}
