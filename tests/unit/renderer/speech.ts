// The words of the pages outside a page: the same texts and figures, for tests of what composes them.
import { createFormat } from '../../../src-renderer/format/format.ts';
import { type LanguageCode, setLanguage, translate } from '../../../src-renderer/i18n/index.ts';

const SYSTEM: Record<LanguageCode, string> = { en: 'en-GB', de: 'de-DE' };

/** One language at a time: the last asked for is the one spoken. */
export async function speak(code: LanguageCode) {
  await setLanguage(code, 'h23');
  return { t: translate, f: createFormat(code, [SYSTEM[code]]) };
}
