import { useStore } from 'zustand/react';
import { hasConsent } from '../../../src-preload/contract/networks/consents.ts';
import type { NetworkView } from '../../../src-preload/contract/networks/index.ts';
import { useBusy } from '../../busy.ts';
import { Button } from '../../components/button.tsx';
import { useText } from '../../i18n/use-text.ts';
import { pagesOf } from '../../networks/lookup.ts';
import { ConsentText } from '../../parts/consent.tsx';
import { recordConsents } from '../../parts/record-consents.ts';
import { saveSetting, useSetting } from '../../settings.ts';
import { nodeStore } from '../../stores/node.ts';

/** Whether its user still has to agree to what it sends, costs and sees. In practice there is nothing to agree to. */
export function useUnagreed({ id }: NetworkView): boolean {
  const practice = useStore(nodeStore, ({ live }) => live?.value.practice ?? false);
  const given = useSetting('setup.consents') ?? [];
  return !practice && !hasConsent(given, id, pagesOf(id).consentVersion);
}

/** The same as in the first run, before a network is joined; what was agreed to is kept with its version. */
export function Consent({ network }: { network: NetworkView }) {
  const { t } = useText();
  const { id, title } = network;
  const [busy, join] = useBusy(async () => {
    if (await recordConsents([id])) await saveSetting(`networks.${id}.enabled`, true);
  });
  return (
    <div className="space-y-4">
      <ConsentText network={network} />
      <Button look="main" busy={busy} onClick={() => join()}>
        {t('network.agree', { network: title })}
      </Button>
    </div>
  );
}
