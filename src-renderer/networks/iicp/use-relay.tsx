import { Radio } from 'lucide-react';
import { useBusy } from '../../busy.ts';
import { Button } from '../../components/button.tsx';
import { useText } from '../../i18n/use-text.ts';
import { saveSetting, useSetting } from '../../settings.ts';
import { toast } from '../../stores/toasts.ts';

/** One press to have tasks passed on by a relay, as long as nothing else leads in; says so where that is chosen already. */
export function UseRelay() {
  const { t } = useText();
  const use = useSetting('networks.iicp.relayUse') ?? 'off';
  const [busy, turn] = useBusy(async () => {
    if (await saveSetting('networks.iicp.relayUse', 'auto')) toast(t('networks.iicp.relay.chosen'));
  });
  if (use !== 'off') return <p>{t('networks.iicp.relay.chosen')}</p>;
  return (
    <Button icon={Radio} busy={busy} onClick={() => turn()}>
      {t('networks.iicp.relay.use')}
    </Button>
  );
}
