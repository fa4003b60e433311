// Which language the shell speaks: that of the pages.

import { de } from './de.ts';
import { en } from './en.ts';
import type { Words } from './words.ts';

/** `language` is the setting ui.language, `preferred` the system's languages, most wanted first. */
export function wordsFor(language: string, preferred: readonly string[]): Words {
  const code = language === 'system' ? (preferred.find((tag) => /^(en|de)\b/.test(tag)) ?? 'en') : language;
  return code.startsWith('de') ? de : en;
}
