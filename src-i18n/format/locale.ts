// Which regional form of a language is written, and by which clock. Both are the system's: `en` may be written as in Britain or as in
// America, and a German page on a computer whose clock shows 10:00 PM shows 10:00 PM.

import type { Hours } from '../../src-preload/contract/desktop.ts';

export type { Hours };

/**
 * A tag for Intl: the first of the system's locales that is of this language, else the language alone; with the system's hours as an
 * extension (`-u-hc-`, Unicode TR 35), which every function of this folder keeps to.
 */
export function localeFor(language: string, system: readonly string[], hours = hoursOf(system[0] ?? language)): string {
  const tag = system.find((one) => one === language || one.startsWith(`${language}-`)) ?? language;
  return new Intl.Locale(tag, { hourCycle: hours }).toString();
}

/** The tag without how the time is written, for `lang` of a document. */
export function plainTag(locale: string): string {
  return new Intl.Locale(locale).baseName;
}

/** How the time is written where this locale is at home, or as the tag itself asks for. */
export function hoursOf(locale: string): Hours {
  const { hourCycle } = new Intl.DateTimeFormat(locale, { hour: 'numeric' }).resolvedOptions();
  return hourCycle === 'h12' || hourCycle === 'h11' ? 'h12' : 'h23';
}
