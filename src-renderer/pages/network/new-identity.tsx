import { useState } from 'react';
import { engine } from '../../bridge/index.ts';
import { Button } from '../../components/button.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { useText } from '../../i18n/use-text.ts';
import { reportFailure } from '../../stores/alerts.ts';
import { toast } from '../../stores/toasts.ts';

/** The directory believes that this computer's name is somebody else's, and mostly for good. */
const LOCKED = new Set(['IICP-E049', 'IICP-E050']);

/** The way out where a directory no longer believes who this computer is: a new name and a new key, with all that this costs. */
export function NewIdentity({ code }: { readonly code: string | undefined }) {
  const { t } = useText();
  const [state, setState] = useState<'idle' | 'asking' | 'busy'>('idle');
  if (code === undefined || !LOCKED.has(code)) return null;
  const begin = () => {
    setState('busy');
    void engine()
      .ask('networks.newIdentity', { id: 'iicp' })
      .then(() => toast(t('network.fresh.done')), reportFailure)
      .finally(() => setState('idle'));
  };
  return (
    <>
      <Button onClick={() => setState('asking')}>{t('network.fresh.begin')}</Button>
      {state !== 'idle' && (
        <Confirm
          danger
          title={t('network.fresh.ask')}
          confirm={t('network.fresh.begin')}
          busy={state === 'busy'}
          onConfirm={begin}
          onCancel={() => setState('idle')}
        >
          {t('network.fresh.lost')}
        </Confirm>
      )}
    </>
  );
}
