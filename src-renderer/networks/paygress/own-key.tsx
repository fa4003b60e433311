import { KeyRound, TriangleAlert } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useStore } from 'zustand/react';
import { viewOf } from '../../../src-preload/contract/networks/index.ts';
import { toBridgeError } from '../../bridge/failure.ts';
import { engine } from '../../bridge/index.ts';
import { useBusy } from '../../busy.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { HoldButton } from '../../components/hold-button.tsx';
import { Input } from '../../components/input.tsx';
import { Notice } from '../../components/notice.tsx';
import { useText } from '../../i18n/use-text.ts';
import { Copied } from '../../parts/copied.tsx';
import { networksStore } from '../../stores/networks.ts';
import { toast } from '../../stores/toasts.ts';
import { askPaygress } from './ask.ts';

/** Time to copy it, and no more. */
const SHOWN_MS = 60_000;

/** The key that customers know this provider by: its public half, the secret one while it was held for, or one that is brought in. */
export function OwnKey() {
  const { t } = useText();
  const npub = useStore(networksStore, ({ live }) => viewOf(live?.value ?? [], 'paygress')?.detail.npub ?? null);
  const [bringing, setBringing] = useState(false);
  return (
    <section aria-label={t('networks.paygress.ownKey.title')} className="space-y-2">
      <h3 className="font-semibold">{t('networks.paygress.ownKey.title')}</h3>
      <p className="max-w-prose text-soft">{t('networks.paygress.ownKey.means')}</p>
      {npub === null ? (
        <>
          <p>{t('networks.paygress.ownKey.none')}</p>
          <Button icon={KeyRound} onClick={() => setBringing(true)}>
            {t('networks.paygress.ownKey.bring')}
          </Button>
        </>
      ) : (
        <>
          <Copied text={npub} code />
          <Secret />
          <Button icon={KeyRound} onClick={() => setBringing(true)}>
            {t('networks.paygress.ownKey.replace')}
          </Button>
        </>
      )}
      {bringing && <Bring replace={npub !== null} onClose={() => setBringing(false)} />}
    </section>
  );
}

function Secret() {
  const { t } = useText();
  const [nsec, setNsec] = useState<string>();
  const [, reveal] = useBusy(async () => setNsec((await askPaygress('showKey', undefined)).nsec));
  useEffect(() => {
    if (nsec === undefined) return;
    const timer = setTimeout(() => setNsec(undefined), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [nsec]);
  if (nsec === undefined) {
    return (
      <HoldButton
        label={t('networks.paygress.ownKey.hold')}
        help={t('networks.paygress.ownKey.holdHelp')}
        onHeld={reveal}
      />
    );
  }
  return (
    <div className="space-y-2">
      <p className="text-soft">{t('networks.paygress.ownKey.secret')}</p>
      <Copied text={nsec} code />
      <Button onClick={() => setNsec(undefined)}>{t('networks.paygress.ownKey.hide')}</Button>
    </div>
  );
}

function Bring({ replace, onClose }: { replace: boolean; onClose: () => void }) {
  const { t, say } = useText();
  const [key, setKey] = useState('');
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState<string>();
  const isSealed = key.trim().startsWith('ncryptsec1');
  const [busy, take] = useBusy(async () => {
    try {
      await askPaygress('bringKey', { key: key.trim(), replace, ...(isSealed && { password }) });
    } catch (error) {
      return setProblem(say(toBridgeError(error)).message);
    }
    networksStore.getState().accept(await engine().ask('networks.get', undefined));
    onClose();
    toast(t('networks.paygress.ownKey.taken'));
  });
  const typed = (set: (value: string) => void) => (value: string) => {
    set(value);
    setProblem(undefined);
  };
  return (
    <Dialog
      title={t(replace ? 'networks.paygress.ownKey.replace' : 'networks.paygress.ownKey.bring')}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('frame.cancel')}</Button>
          <Button look="main" busy={busy} onClick={() => take()}>
            {t('networks.paygress.ownKey.take')}
          </Button>
        </>
      }
    >
      {replace && (
        <Notice tone="warn" icon={TriangleAlert}>
          {t('networks.paygress.ownKey.replaceMeans')}
        </Notice>
      )}
      <Field label={t('networks.paygress.ownKey.typed')} help={t('networks.paygress.ownKey.typedHelp')} error={problem}>
        {(control) => (
          <Input {...control} type="password" most={1024} value={key} onChange={typed(setKey)} onEnter={() => take()} />
        )}
      </Field>
      {isSealed && (
        <Field label={t('networks.paygress.ownKey.password')} help={t('networks.paygress.ownKey.passwordHelp')}>
          {(control) => (
            <Input
              {...control}
              type="password"
              most={1024}
              value={password}
              onChange={typed(setPassword)}
              onEnter={() => take()}
            />
          )}
        </Field>
      )}
    </Dialog>
  );
}
