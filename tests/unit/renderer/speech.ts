// The words of the pages outside a page: the same texts and figures, for tests of what composes them.
import i18next from 'i18next';
import { createFormat } from '../../../src-renderer/format/format.ts';
import { type LanguageCode, setLanguage } from '../../../src-renderer/i18n/index.ts';
import type { Translate } from '../../../src-renderer/i18n/use-text.ts';

const SYSTEM: Record<LanguageCode, string> = { en: 'en-GB', de: 'de-DE' };

/** One language at a time: the last asked for is the one spoken. */
export async function speak(code: LanguageCode) {
  await setLanguage(code);
  const t: Translate = (key, values) => i18next.t(key, values ?? {});
  return { t, f: createFormat(code, [SYSTEM[code]]) };
}
