// The language of the pages: which one it is, loading its texts, and telling the document.
import { createStore } from 'zustand/vanilla';
import { type Hours, localeFor, plainTag } from '../../src-i18n/format/locale.ts';
import type { Language } from '../../src-preload/contract/settings/ui.ts';
import type { Format } from '../format/format.ts';
import { systemLocales } from '../format/locale.ts';
import type { Texts, Translate } from './keys.ts';
import { type Speech, speechIn } from './speech.ts';

/** Each language is a file of its own, so that a start loads one of them. */
const loaders = {
  en: async (): Promise<Texts> => {
    const { en, reasons, sayings } = await import('./en.ts');
    return { texts: en, reasons, sayings, settings: {} };
  },
  de: async (): Promise<Texts> => {
    const { de, reasons, sayings } = await import('./de.ts');
    return { texts: de, reasons, sayings, settings: {} };
  },
} as const satisfies Record<Exclude<Language, 'system'>, () => Promise<Texts>>;

export type LanguageCode = keyof typeof loaders;

/** What the settings are for, which no page shows at the start. English is what the engine says. */
const settingsOf: Partial<Record<LanguageCode, () => Promise<Texts['settings']>>> = {
  de: async () => {
    const [own, networks] = await Promise.all([import('./de/settings.ts'), import('../networks/settings-de.ts')]);
    return { ...own.settings, ...networks.settings };
  },
};

export const languages = Object.keys(loaders) as LanguageCode[];

/** Written from right to left; none of ours is so far, and nothing else has to change when one comes. */
const RIGHT_TO_LEFT = new Set(['ar', 'fa', 'he', 'ur']);

export function directionOf(language: string): 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT.has(language.split('-')[0] ?? '') ? 'rtl' : 'ltr';
}

/** The language that a choice means: `system` is the first of the system's languages that there is, or English. */
export function languageOf(choice: Language, system: readonly string[]): LanguageCode {
  if (choice !== 'system') return choice;
  const known = system.map((tag) => tag.split('-')[0]).find((code) => languages.includes(code as LanguageCode));
  return (known as LanguageCode | undefined) ?? 'en';
}

/** What is spoken now; before the first `setLanguage` keys stand for their texts. */
export const speechStore = createStore<{ readonly speech: Speech; readonly language: LanguageCode }>(() => ({
  language: 'en',
  speech: speechIn(undefined, 'en'),
}));

const loaded = new Map<string, Speech>();
let wanted: string | undefined;

/**
 * Loads a language and shows everything in it, with times by these hours; left out, by those of the system's first locale. A later call
 * wins over one that still loads.
 */
export async function setLanguage(code: LanguageCode, hours?: Hours): Promise<void> {
  const key = `${code} ${hours}`;
  wanted = key;
  const known = loaded.get(key);
  const texts = known ? undefined : await loaders[code]();
  const show = (speech: Speech) => {
    loaded.set(key, speech);
    if (wanted === key) speechStore.setState({ speech, language: code });
  };
  show(known ?? speechIn(texts, code, hours));
  if (texts) {
    void settingsOf[code]?.().then((settings) => {
      show(speechIn({ ...texts, settings }, code, hours));
    });
  }
  if (wanted !== key) return;
  if (typeof document === 'undefined') return;
  document.documentElement.lang = plainTag(localeFor(code, systemLocales()));
  document.documentElement.dir = directionOf(code);
}

/** For what is said outside a component, such as a toast. A component uses `useText`, and follows the language. */
export const translate: Translate = (key, values) => speechStore.getState().speech.t(key, values);

export function formatNow(): Format {
  return speechStore.getState().speech.f;
}
