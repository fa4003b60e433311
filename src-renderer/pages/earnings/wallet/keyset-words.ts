// What a mint takes, as its keysets say it.
import type { Format } from '../../../format/format.ts';
import { quoted } from '../../../format/text.ts';
import type { Translate } from '../../../i18n/keys.ts';

/** "0.1 sat for each proof spent" of 100 thousandths. */
export function feeWords(
  { unit, feePpk }: { readonly unit: string; readonly feePpk: number },
  t: Translate,
  f: Pick<Format, 'number'>,
): string {
  const named = quoted(unit, 16);
  return feePpk === 0
    ? t('wallet.mints.free', { unit: named })
    : t('wallet.mints.feeOf', { fee: f.number(feePpk / 1000, 3), unit: named });
}
