// The language of the pages: which one it is, loading its texts, and telling the document.
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Language } from '../../src-preload/contract/settings/ui.ts';
import { createFormat, type Format } from '../format/format.ts';
import { localeFor } from '../format/locale.ts';
import { formatNumber } from '../format/money.ts';
import type { Texts, Translate } from './keys.ts';

/** Each language is a file of its own, so that a start loads one of them. */
const loaders = {
  en: async (): Promise<Texts> => {
    const { en, reasons } = await import('./en.ts');
    return { texts: en, reasons, settings: {}, phrases: {} };
  },
  de: async (): Promise<Texts> => {
    const { de, reasons, settings, phrases } = await import('./de.ts');
    return { texts: de, reasons, settings, phrases };
  },
} as const satisfies Record<Exclude<Language, 'system'>, () => Promise<Texts>>;

export type LanguageCode = keyof typeof loaders;
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

const loaded = new Map<string, Texts>();

/** The texts in use. Undefined before the first `setLanguage`. */
export function textsNow(): Texts | undefined {
  return loaded.get(i18next.language);
}

let wanted: LanguageCode | undefined;

/** Loads a language and shows everything in it. A later call wins over one that still loads. */
export async function setLanguage(code: LanguageCode): Promise<void> {
  wanted = code;
  const texts = loaded.get(code) ?? (await loaders[code]());
  if (wanted !== code) return;
  loaded.set(code, texts);
  if (i18next.isInitialized) {
    i18next.addResourceBundle(code, 'translation', texts.texts, true, true);
    await i18next.changeLanguage(code);
  } else {
    await i18next.use(initReactI18next).init({
      lng: code,
      resources: { [code]: { translation: texts.texts } },
      fallbackLng: false,
      interpolation: { escapeValue: false },
      react: { useSuspense: false },
    });
    // `{{count, number}}` is written as every other figure of the pages.
    i18next.services.formatter?.add('number', (value: unknown, language) =>
      formatNumber(Number(value), 3, localeFor(language ?? code)),
    );
  }
  if (typeof document === 'undefined') return;
  document.documentElement.lang = localeFor(code);
  document.documentElement.dir = directionOf(code);
}

/** For what is said outside a component, such as a toast. A component uses `useText`, and follows the language. */
export const translate: Translate = (key, values) => i18next.t(key, values ?? {});

export function formatNow(): Format {
  return createFormat(i18next.language);
}
