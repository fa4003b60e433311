// A language outside the pages: for tray, notifications, questions and terminal.

import { type Figures, figuresIn, plainFigures, type Sentences, say } from './fill.ts';
import { formatUnit } from './format/money.ts';
import { untilTime } from './format/time.ts';
import type { Tongue } from './headline.ts';

/** Text of others on one line of ours: no control characters, no marks that turn its direction, cut. */
export function plain(text: string, most: number): string {
  const clean = text.replace(/[\p{Cc}\u202A-\u202E\u2066-\u2069]+/gu, ' ').trim();
  return clean.length <= most ? clean : `${clean.slice(0, most).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** Every text of a nested table by its whole key, such as `state.sentence.ready`. */
export function flat(texts: object, before = '', all: Record<string, string> = {}): Sentences {
  for (const [key, value] of Object.entries(texts)) {
    if (typeof value === 'string') all[before + key] = value;
    else flat(value as object, `${before}${key}.`, all);
  }
  return all;
}

/** `texts` are flat. A key without a text stands for itself. */
export function tongueOf(texts: Sentences, locale: string, figures: Figures = figuresIn(locale)): Tongue {
  return {
    t: (key, values) => say(texts, key, values ?? {}, figures) ?? key,
    f: {
      until: (at, now) => untilTime(at, now, locale),
      gigabytes: (bytes) => formatUnit(bytes / 1e9, 'gigabyte', locale),
      list: (words) => new Intl.ListFormat(locale).format(words),
    },
    quote: plain,
  };
}

/** English for logs, `--json` and the terminal: digits alone. */
export const plainTongue = (texts: Sentences) => tongueOf(texts, 'en-GB', plainFigures);
