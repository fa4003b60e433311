// What was typed into the forms of the settings, judged. Pure.
import { SHORTEST_FRAGMENT } from '../../../src-preload/contract/audit.ts';

const MOST_WORDS = 16;

/** The words of a text, one a line; `short` where one could be found anywhere. */
export function wordsIn(text: string): { words: string[]; short: boolean } {
  const lines = text.split('\n').map((line) => line.trim());
  const words = lines.filter((line) => line !== '').slice(0, MOST_WORDS);
  return { words, short: words.some((word) => word.length < SHORTEST_FRAGMENT) };
}
