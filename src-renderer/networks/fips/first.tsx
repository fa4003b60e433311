import { useText } from '../../i18n/use-text.ts';
import { Flip } from '../../parts/setting-fields.tsx';
import { AddPeer } from './peers-form.tsx';

/** What makes a mesh of it: another computer to reach. Being a router for others is a choice of its own. */
export function First() {
  const { t } = useText();
  return (
    <div className="space-y-4 py-2">
      <p className="max-w-prose text-soft">{t('networks.fips.first.peer')}</p>
      <AddPeer />
      <Flip path="networks.fips.transit" label={t('networks.fips.set.transit')} />
      <p className="max-w-prose text-soft">{t('networks.fips.set.transitMeans')}</p>
    </div>
  );
}
