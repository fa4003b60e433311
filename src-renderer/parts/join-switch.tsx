import { useState } from 'react';
import { useStore } from 'zustand/react';
import { hasConsent } from '../../src-preload/contract/networks/consents.ts';
import type { NetworkView } from '../../src-preload/contract/networks/index.ts';
import { useBusy } from '../busy.ts';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { Switch } from '../components/switch.tsx';
import { useText } from '../i18n/use-text.ts';
import { pagesOf } from '../networks/lookup.ts';
import { saveSetting, useSetting } from '../settings.ts';
import { nodeStore } from '../stores/node.ts';
import { ConsentText } from './consent.tsx';
import { recordConsents } from './record-consents.ts';

/**
 * Joins a network and leaves it. What joining means is shown and agreed to first, once for each wording of it; only practice, where
 * nothing is real, asks for nothing.
 */
export function JoinSwitch({ network, label }: { network: NetworkView; label: string }) {
  const { t } = useText();
  const practice = useStore(nodeStore, ({ live }) => live?.value.practice) ?? false;
  const given = useSetting('setup.consents');
  const [asking, setAsking] = useState(false);
  const turn = async (on: boolean) => void (await saveSetting(`networks.${network.id}.enabled`, on));
  const [busy, flip] = useBusy(async () => turn(!network.enabled));
  const [joining, join] = useBusy(async () => {
    if (!(await recordConsents([network.id]))) return;
    await turn(true);
    setAsking(false);
  });
  const agreed = practice || hasConsent(given ?? [], network.id, pagesOf(network.id).consentVersion);
  return (
    <>
      <Switch
        label={label}
        checked={network.enabled}
        busy={busy || joining}
        onChange={(on) => (on && !agreed ? setAsking(true) : flip())}
      />
      {asking && (
        <Dialog
          title={t('setup.consent.title', { network: network.title })}
          onClose={() => setAsking(false)}
          footer={
            <>
              <Button onClick={() => setAsking(false)}>{t('frame.cancel')}</Button>
              <Button look="main" busy={joining} onClick={() => join()}>
                {t('setup.consent.agree', { network: network.title })}
              </Button>
            </>
          }
        >
          <ConsentText network={network} />
        </Dialog>
      )}
    </>
  );
}
