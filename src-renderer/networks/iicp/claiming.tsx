import { useId, useState } from 'react';
import { Switch } from '../../components/switch.tsx';
import { useText } from '../../i18n/use-text.ts';
import { saveSetting, useSetting } from '../../settings.ts';

/** Whether receipts are handed in at all. */
export function Claiming() {
  const { t } = useText();
  const helpId = useId();
  const [busy, setBusy] = useState(false);
  const on = useSetting('networks.iicp.credits');
  if (on === undefined) return null;
  const turn = (next: boolean) => {
    setBusy(true);
    void saveSetting('networks.iicp.credits', next).finally(() => setBusy(false));
  };
  return (
    <div className="mt-2 flex items-start justify-between gap-4">
      <div className="min-w-0">
        <p className="font-medium">{t('networks.iicp.claiming.title')}</p>
        <p id={helpId} className="text-xs leading-4 text-soft">
          {t(on ? 'networks.iicp.claiming.on' : 'networks.iicp.claiming.off')}
        </p>
      </div>
      <Switch label={t('networks.iicp.claiming.title')} describedBy={helpId} checked={on} busy={busy} onChange={turn} />
    </div>
  );
}
