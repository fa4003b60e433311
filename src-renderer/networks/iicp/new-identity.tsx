import { useState } from 'react';
import { engine } from '../../bridge/index.ts';
import { Button } from '../../components/button.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { useText } from '../../i18n/use-text.ts';
import { reportFailure } from '../../stores/alerts.ts';
import { toast } from '../../stores/toasts.ts';

/** What to wait for first, by why this computer's name is of no more use: it is believed to be another's, or not listed. */
const FIRST: Readonly<Record<string, 'waitForAddress' | 'waitForPay'>> = {
  'IICP-E049': 'waitForAddress',
  'IICP-E050': 'waitForAddress',
  'iicp.hidden': 'waitForPay',
};

/** The way out where a name is of no more use at a directory: a new one and a new key, with all that this costs. */
export function NewIdentity({ code }: { readonly code: string | undefined }) {
  const { t } = useText();
  const [state, setState] = useState<'idle' | 'asking' | 'busy'>('idle');
  const first = code === undefined ? undefined : FIRST[code];
  if (!first) return null;
  const begin = () => {
    setState('busy');
    void engine()
      .ask('networks.newIdentity', { id: 'iicp' })
      .then(() => toast(t('networks.iicp.fresh.done')), reportFailure)
      .finally(() => setState('idle'));
  };
  return (
    <>
      <Button onClick={() => setState('asking')}>{t('networks.iicp.fresh.begin')}</Button>
      {state !== 'idle' && (
        <Confirm
          danger
          title={t('networks.iicp.fresh.ask')}
          confirm={t('networks.iicp.fresh.begin')}
          busy={state === 'busy'}
          onConfirm={begin}
          onCancel={() => setState('idle')}
        >
          {t(`networks.iicp.fresh.${first}`)} {t('networks.iicp.fresh.lost')}
        </Confirm>
      )}
    </>
  );
}
