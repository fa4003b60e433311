// One language put to use: words by key, figures as it writes them, and what the engine says by its code. Pure.
import { type Figures, figuresIn, fill, type Rewording, say, type Values } from '../../src-i18n/fill.ts';
import { type Hours, localeFor } from '../../src-i18n/format/locale.ts';
import { flat } from '../../src-i18n/tongue.ts';
import type { Reason } from '../../src-preload/contract/define.ts';
import { createFormat, type Format } from '../format/format.ts';
import { systemLocales } from '../format/locale.ts';
import type { Texts, Translate } from './keys.ts';

export interface Speech {
  readonly t: Translate;
  /** Numbers, times and money in the language of the page. */
  readonly f: Format;
  /** What the engine says, in the words of the page where it has some. */
  readonly say: (reason: Reason) => Reason;
  /** The same for several that belong together, as one text with their next steps. */
  readonly sayAll: (reasons: readonly Reason[]) => string;
  /** What a setting is for. */
  readonly about: (setting: { readonly path: string; readonly about: string }) => string;
}

/** Without texts, keys stand for them. `hours`: how times are written; left out, as the system's first locale has it. */
export function speechIn(texts: Texts | undefined, language: string, hours?: Hours): Speech {
  const figures = figuresIn(localeFor(language, systemLocales(), hours));
  const words = texts ? flat(texts.texts) : {};
  const own = (reason: Reason) => (texts ? reword(reason, texts, figures) : reason);
  return {
    t: (key, values) => say(words, key, values ?? {}, figures) ?? key,
    f: createFormat(language, undefined, hours),
    say: own,
    sayAll: (reasons) =>
      reasons
        .map(own)
        .flatMap(({ message, action }) => (action === undefined ? [message] : [message, action]))
        .join(' '),
    about: ({ path, about }) => texts?.settings[path] ?? about,
  };
}

/** The sentence of this language. One that needs a value which did not come stays as the engine said it. */
function reword(reason: Reason, { sayings, reasons }: Texts, figures: Figures): Reason {
  const { code, values = {} } = reason;
  const made = say(sayings, code, values, figures);
  if (made !== undefined) {
    const action = say(sayings, `${code}.action`, values, figures);
    return { code, message: made, ...(action !== undefined && { action }) };
  }
  const own = reasons[code] ?? reasons[familyOf(code)];
  return own === undefined ? reason : (filled(code, own, values, figures) ?? reason);
}

/** An engine's next step that was for the terminal goes with its sentence. */
function filled(code: string, own: Rewording, values: Values, figures: Figures): Reason | undefined {
  const message = fill(own.message, values, figures);
  if (message === undefined) return undefined;
  const action = own.action === undefined ? undefined : fill(own.action, values, figures);
  return { code, message, ...(action !== undefined && { action }) };
}

/** Protocols have more codes than there are words for: `HTTP-*` stands for those of HTTP without words of their own. */
function familyOf(code: string): string {
  return code.replace(/^([A-Z]+)-.+$/, '$1-*');
}
