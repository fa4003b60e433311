import { hostOf, quoted } from '../../format/text.ts';
import { useText } from '../../i18n/use-text.ts';
import type { Shown } from '../pages.ts';
import type { Iicp } from './contract.ts';

/** What the directory thinks of this computer, and since when. */
export function Row({ network: { seen, detail }, now }: Shown<Iicp>) {
  const { t, f } = useText();
  const { reputation, directoryUrl } = detail;
  return (
    <p className="text-soft">
      {t('networks.iicp.row.reputation')}:{' '}
      {reputation === null || seen === null
        ? t('networks.iicp.row.notRated')
        : t('networks.iicp.row.reputationBy', {
            value: f.number(reputation, 2),
            directory: quoted(hostOf(directoryUrl), 80),
            when: f.ago(seen.at, now),
          })}
    </p>
  );
}
