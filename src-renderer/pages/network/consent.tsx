import { useStore } from 'zustand/react';
import { hasConsent, withConsents } from '../../../src-preload/contract/networks/consents.ts';
import type { NetworkView } from '../../../src-preload/contract/networks/index.ts';
import { useBusy } from '../../busy.ts';
import { Button } from '../../components/button.tsx';
import { useText } from '../../i18n/use-text.ts';
import { pagesOf } from '../../networks/lookup.ts';
import { asked } from '../../networks/pages.ts';
import { changeSetting, saveSetting, useSetting } from '../../settings.ts';
import { nodeStore } from '../../stores/node.ts';

/** Whether its user still has to agree to what it sends, costs and sees. In practice there is nothing to agree to. */
export function useUnagreed({ id }: NetworkView): boolean {
  const practice = useStore(nodeStore, ({ live }) => live?.value.practice ?? false);
  const given = useSetting('setup.consents') ?? [];
  return !practice && !hasConsent(given, id, pagesOf(id).consentVersion);
}

/** The same as in the first run, before a network is joined; what was agreed to is kept with its version. */
export function Consent({ network }: { network: NetworkView }) {
  const speech = useText();
  const { t } = speech;
  const { id, title } = network;
  const { consent, consentVersion } = pagesOf(id);
  const says = consent(network, speech);
  const [busy, join] = useBusy(async () => {
    const agreed = [{ network: id, version: consentVersion }];
    if (await changeSetting('setup.consents', (given) => withConsents(given, agreed, Date.now()))) {
      await saveSetting(`networks.${id}.enabled`, true);
    }
  });
  return (
    <div className="space-y-4">
      <dl className="space-y-2.5">
        {asked.map((what) => (
          <div key={what} className="grid gap-x-4 gap-y-0.5 sm:grid-cols-[10rem_minmax(0,1fr)]">
            <dt className="font-medium">{t(`setup.networks.${what}`)}</dt>
            <dd className="text-soft">{says[what]}</dd>
          </div>
        ))}
      </dl>
      <Button look="main" busy={busy} onClick={() => join()}>
        {t('network.agree', { network: title })}
      </Button>
    </div>
  );
}
