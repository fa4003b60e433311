import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand/react';
import { viewOf } from '../../../src-preload/contract/networks/index.ts';
import { engine } from '../../bridge/index.ts';
import { useBusy } from '../../busy.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { Input } from '../../components/input.tsx';
import { useText } from '../../i18n/use-text.ts';
import { Copied } from '../../parts/copied.tsx';
import { networksStore } from '../../stores/networks.ts';
import { toast } from '../../stores/toasts.ts';
import { askPosemesh } from './ask.ts';
import { ReplaceWallet } from './replace-wallet.tsx';

/** The account that this computer registers with: made here or brought along, and shown by its address alone. */
export function Wallet() {
  const { t } = useText();
  const address = useStore(networksStore, ({ live }) => viewOf(live?.value ?? [], 'posemesh')?.detail.address ?? null);
  const [importing, setImporting] = useState(false);
  const [making, make] = useBusy(async () => {
    await engine().ask('networks.identify', { id: 'posemesh' });
    networksStore.getState().accept(await engine().ask('networks.get', undefined));
  });
  return (
    <section aria-label={t('networks.posemesh.wallet.title')} className="space-y-2">
      <h3 className="font-semibold">{t('networks.posemesh.wallet.title')}</h3>
      <p className="max-w-prose text-soft">{t('networks.posemesh.wallet.means')}</p>
      {address !== null && <Copied text={address} code />}
      <div className="flex flex-wrap gap-2">
        {address === null && (
          <Button icon={Plus} busy={making} onClick={() => make()}>
            {t('networks.posemesh.wallet.make')}
          </Button>
        )}
        <Button icon={KeyRound} onClick={() => setImporting(true)}>
          {t('networks.posemesh.wallet.import')}
        </Button>
      </div>
      {importing && <ImportKey onClose={() => setImporting(false)} />}
    </section>
  );
}

const KEY = /^(0x)?[0-9a-f]{64}$/i;

/** A key goes the way of a file with that one variable: the same checks, and the same question where it replaces one. */
function ImportKey({ onClose }: { onClose: () => void }) {
  const { t, say } = useText();
  const [key, setKey] = useState('');
  const [problem, setProblem] = useState<string>();
  const [other, setOther] = useState<{ readonly address: string; readonly replaces: string }>();
  const text = `SECP256K1_PRIVHEX=${key.trim()}`;
  const [busy, take] = useBusy(async (replaceWallet: boolean) => {
    if (!KEY.test(key.trim())) return setProblem(t('networks.posemesh.wallet.badKey'));
    const { wallet, problems } = await askPosemesh('readVariables', { text });
    if (problems[0]) return setProblem(say(problems[0]).message);
    if (wallet?.replaces != null && !replaceWallet) {
      return setOther({ address: wallet.address, replaces: wallet.replaces });
    }
    const { done } = await askPosemesh('importVariables', { text, replaceWallet });
    if (!done) return;
    onClose();
    toast(t('networks.posemesh.wallet.imported'));
  });
  if (other) {
    return (
      <ReplaceWallet
        before={other.replaces}
        next={other.address}
        busy={busy}
        onConfirm={() => take(true)}
        onCancel={onClose}
      />
    );
  }
  return (
    <Dialog
      title={t('networks.posemesh.wallet.import')}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('frame.cancel')}</Button>
          <Button look="main" busy={busy} onClick={() => take(false)}>
            {t('networks.posemesh.wallet.take')}
          </Button>
        </>
      }
    >
      <Field label={t('networks.posemesh.wallet.key')} help={t('networks.posemesh.wallet.keyHelp')} error={problem}>
        {(control) => (
          <Input
            {...control}
            type="password"
            most={80}
            value={key}
            onChange={(value) => {
              setKey(value);
              setProblem(undefined);
            }}
            onEnter={() => take(false)}
          />
        )}
      </Field>
    </Dialog>
  );
}
