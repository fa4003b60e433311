import { Plus, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand/react';
import { engine } from '../../../bridge/index.ts';
import { Button } from '../../../components/button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { Field } from '../../../components/field.tsx';
import { Notice } from '../../../components/notice.tsx';
import { Placeholder } from '../../../components/placeholder.tsx';
import { TextArea } from '../../../components/text-area.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { Failed, useTry, useWalletTry } from './failed.tsx';
import { Search } from './pending.tsx';
import { acceptWallet, walletStore } from './store.ts';
import { TrustForm } from './trust-form.tsx';
import { mintWords, unitsWords } from './words.ts';

interface Found {
  readonly mint: string;
  readonly unit: string;
  readonly amount: number;
}

/** A wallet made again of its words: they are typed once, then its mints are named one by one and each is searched. */
export function RestoreSheet({ onClose }: { onClose: () => void }) {
  const { t } = useText();
  const [made, setMade] = useState(false);
  return (
    <Dialog sheet title={t('wallet.restore.title')} onClose={onClose}>
      {made ? <FromMints onClose={onClose} /> : <Words onMade={() => setMade(true)} />}
    </Dialog>
  );
}

function Words({ onMade }: { onMade: () => void }) {
  const { t } = useText();
  const [words, setWords] = useState('');
  const [busy, make, failure] = useTry(async () => {
    acceptWallet(await engine().ask('wallet.make', { words }));
    setWords('');
    onMade();
  });
  return (
    <div className="space-y-3">
      <Field label={t('wallet.restore.words')} help={t('wallet.restore.help')}>
        {(control) => <TextArea {...control} rows={3} most={400} value={words} onChange={setWords} onCommit={make} />}
      </Field>
      <Notice tone="warn" icon={TriangleAlert}>
        {t('wallet.restore.twice')}
      </Notice>
      <Failed failure={failure} />
      <Button look="main" busy={busy || words.trim() === ''} onClick={make}>
        {t('wallet.restore.do')}
      </Button>
    </div>
  );
}

function FromMints({ onClose }: { onClose: () => void }) {
  const { t, f } = useText();
  const pending = useStore(walletStore, ({ view }) => view?.pending);
  const [found, setFound] = useState<readonly Found[]>([]);
  const [adding, setAdding] = useState(true);
  const [busy, search, failure] = useWalletTry(async (mint: string) => {
    const operations = await engine().ask('wallet.restore', { mint });
    setFound((before) => [...before, ...operations.map(({ unit, amount }) => ({ mint, unit, amount }))]);
  });
  const running = pending?.find(({ kind }) => kind === 'restore');
  return (
    <div className="space-y-3">
      <p>{t('wallet.restore.mints')}</p>
      <ul role="status" className="space-y-1">
        {found.map(({ mint, unit, amount }) => (
          <li key={`${mint} ${unit}`} className="font-medium">
            {t('wallet.restore.found', { amount: unitsWords(amount, unit, f), mint: mintWords(mint) })}
          </li>
        ))}
      </ul>
      {busy && (running ? <Search operation={running} /> : <Placeholder lines={2} />)}
      <Failed failure={failure} />
      {adding && !busy && (
        <TrustForm
          onTrusted={(view, mint) => {
            acceptWallet(view);
            setAdding(false);
            search(mint);
          }}
        />
      )}
      {!adding && !busy && (
        <div className="flex flex-wrap gap-2">
          <Button icon={Plus} onClick={() => setAdding(true)}>
            {t('wallet.restore.another')}
          </Button>
          <Button look="main" onClick={onClose}>
            {t('wallet.restore.done')}
          </Button>
        </div>
      )}
    </div>
  );
}
