// Finding an action by what is typed: every word has to begin some word of its name or of its further words, or at least
// be in one. What is in the name comes before what is only in the others.
import type { Action } from '../actions.ts';
import type { Translate } from '../i18n/keys.ts';

/** Without case and accents, so that "ubersicht" finds "Übersicht". */
function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase();
}

function rate(word: string, names: readonly string[], others: readonly string[]): number {
  if (names.some((name) => name.startsWith(word))) return 4;
  if (others.some((other) => other.startsWith(word))) return 3;
  if (names.some((name) => name.includes(word))) return 2;
  return others.some((other) => other.includes(word)) ? 1 : 0;
}

/** The actions that fit, the best first, those alike in their own order; all of them for nothing typed. */
export function findActions(actions: readonly Action[], typed: string, t: Translate): readonly Action[] {
  const wanted = plain(typed).split(/\s+/).filter(Boolean);
  const words = (text: string) => plain(text).split(/[^\p{L}\p{N}?]+/u);
  return actions
    .map((action) => {
      const names = words(t(action.title, action.values));
      const others = action.words ? words(t(action.words)) : [];
      const rates = wanted.map((word) => rate(word, names, others));
      return { action, rate: rates.includes(0) ? -1 : rates.reduce((sum, one) => sum + one, 0) };
    })
    .filter(({ rate: sum }) => sum >= 0)
    .sort((a, b) => b.rate - a.rate)
    .map(({ action }) => action);
}
