// What a component takes to speak: words by key, and figures as the language writes them.
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Reason } from '../../src-preload/contract/define.ts';
import { createFormat, type Format } from '../format/format.ts';
import { textsNow } from './index.ts';
import type { Translate } from './keys.ts';
import { rephrase } from './phrases.ts';

export interface Speech {
  readonly t: Translate;
  /** Numbers, times and money in the language of the page. */
  readonly f: Format;
  /** What the engine says, in the words of the page where it has some. */
  readonly say: (reason: Reason) => Reason;
  /** What a setting is for. */
  readonly about: (setting: { readonly path: string; readonly about: string }) => string;
  /** What the engine says in sentences that have no code. */
  readonly tell: (text: string) => string;
}

export function useText(): Speech {
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  return useMemo(() => {
    const texts = textsNow();
    return {
      t: (key, values) => t(key, values ?? {}),
      f: createFormat(language),
      say: (reason) => reword(reason, texts?.reasons[reason.code] ?? texts?.reasons[familyOf(reason.code)]),
      about: ({ path, about }) => texts?.settings[path] ?? about,
      tell: (text) => rephrase(text, texts?.phrases ?? {}),
    };
  }, [t, language]);
}

/** Directories have more codes than anybody has words for: `IICP-*` stands for those without words of their own. */
function familyOf(code: string): string {
  return code.replace(/^(IICP|HTTP)-.+$/, '$1-*');
}

/** An engine's next step that was for the terminal goes with its sentence. */
function reword(reason: Reason, own: { message: string; action?: string } | undefined): Reason {
  return own === undefined ? reason : { code: reason.code, ...own };
}
