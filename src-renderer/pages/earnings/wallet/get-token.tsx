import { FileInput, TriangleAlert } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { Output } from '../../../../src-preload/contract/index.ts';
import type { WalletOperation, WalletView } from '../../../../src-preload/contract/wallet.ts';
import { engine } from '../../../bridge/index.ts';
import { Button } from '../../../components/button.tsx';
import { Copy } from '../../../components/copy.tsx';
import { Disclosure } from '../../../components/disclosure.tsx';
import { Field } from '../../../components/field.tsx';
import { Notice } from '../../../components/notice.tsx';
import { TextArea } from '../../../components/text-area.tsx';
import { chooseFile } from '../../../files.ts';
import { quoted } from '../../../format/text.ts';
import { useText } from '../../../i18n/use-text.ts';
import { Failed, useTry, useWalletTry } from './failed.tsx';
import { mostFeeOf } from './figures.ts';
import { Outcome } from './outcome.tsx';
import { acceptWallet } from './store.ts';
import { TrustForm } from './trust-form.tsx';
import { mintWords, unitsWords } from './words.ts';

/** As the contract takes it. */
const LONGEST = 70_000;

interface Seen {
  readonly token: string;
  readonly says: Output<'wallet.look'>;
}

/** A token pasted, dropped or read from a file; looked at before its mint hears of it. */
export function GetToken({ view, onClose }: { view: WalletView; onClose: () => void }) {
  const { t } = useText();
  const [text, setText] = useState('');
  const [tooLarge, setTooLarge] = useState(false);
  const [seen, setSeen] = useState<Seen>();
  const box = useRef<HTMLDivElement>(null);
  const take = async (file: File | undefined) => {
    if (!file) return;
    setTooLarge(file.size > LONGEST);
    if (file.size <= LONGEST) setText((await file.text()).trim());
  };
  useDrop(box, take);
  const [busy, look, failure] = useTry(async () => {
    const token = text.trim().replace(/^cashu:(\/\/)?/i, '');
    if (token !== '') setSeen({ token, says: await engine().ask('wallet.look', { token }) });
  });
  if (seen) return <Take {...seen} view={view} onBack={() => setSeen(undefined)} onClose={onClose} />;
  return (
    <div ref={box} className="space-y-3">
      <Field
        label={t('wallet.get.paste')}
        help={t('wallet.get.pasteHelp')}
        error={tooLarge ? t('wallet.get.tooLarge') : undefined}
      >
        {(control) => <TextArea {...control} rows={4} most={LONGEST} value={text} onChange={setText} onCommit={look} />}
      </Field>
      {view.lockKey !== null && (
        <Disclosure title={t('wallet.get.lock')}>
          <div className="space-y-1">
            <p className="text-soft">{t('wallet.get.lockMeans')}</p>
            <p className="flex items-center gap-1 font-mono text-xs break-all">
              {view.lockKey} <Copy text={view.lockKey} />
            </p>
          </div>
        </Disclosure>
      )}
      <Failed failure={failure} />
      <div className="flex flex-wrap gap-2">
        <Button look="main" busy={busy} onClick={look}>
          {t('wallet.get.look')}
        </Button>
        <Button icon={FileInput} onClick={() => void chooseFile('text/plain,.txt').then(take)}>
          {t('wallet.get.file')}
        </Button>
      </div>
    </div>
  );
}

/** Files that are let go of over a part of the page. */
function useDrop(box: { readonly current: HTMLElement | null }, take: (file: File | undefined) => Promise<void>): void {
  const latest = useRef(take);
  useEffect(() => {
    latest.current = take;
  });
  useEffect(() => {
    const place = box.current;
    const over = (event: DragEvent) => event.preventDefault();
    const drop = (event: DragEvent) => {
      const file = event.dataTransfer?.files[0];
      // Text that is dropped goes where it is dropped.
      if (!file) return;
      event.preventDefault();
      void latest.current(file);
    };
    place?.addEventListener('dragover', over);
    place?.addEventListener('drop', drop);
    return () => {
      place?.removeEventListener('dragover', over);
      place?.removeEventListener('drop', drop);
    };
  }, [box]);
}

interface TakeProps extends Seen {
  readonly view: WalletView;
  readonly onBack: () => void;
  readonly onClose: () => void;
}

/** What it says of itself, and redeeming it; one of a mint that is not trusted asks for that first. */
function Take({ token, says, view, onBack, onClose }: TakeProps) {
  const { t, f } = useText();
  const { mint: url, unit, amount, proofs, memo } = says;
  const [done, setDone] = useState<WalletOperation>();
  const mint = view.mints.find((one) => one.url === url);
  const words = (units: number) => unitsWords(units, unit, f);
  const [busy, redeem, failure] = useWalletTry(async () => {
    setDone(await engine().ask('wallet.receive', { token }));
  });
  if (done) {
    return (
      <Outcome
        operation={done}
        onClose={onClose}
        done={
          <>
            {t('wallet.get.took', { amount: words(done.amount) })}{' '}
            {done.fee !== null && done.fee > 0 && t('wallet.get.tookFee', { fee: words(done.fee) })}
          </>
        }
        open={t('wallet.get.open')}
      />
    );
  }
  const what = (
    <>
      <p role="status" className="text-base font-semibold">
        {t('wallet.get.worth', { amount: words(amount), mint: mintWords(url) })}
      </p>
      {memo !== null && memo !== '' && <p>{t('wallet.get.memo', { text: quoted(memo, 200) })}</p>}
    </>
  );
  if (!mint?.trusted) {
    return (
      <div className="space-y-3">
        {what}
        <Notice tone="warn" icon={TriangleAlert}>
          {t('wallet.get.unknown', { mint: mintWords(url) })}
        </Notice>
        <TrustForm url={url} onTrusted={acceptWallet} />
        <Button onClick={onBack}>{t('wallet.back')}</Button>
      </div>
    );
  }
  return (
    <div className="space-y-3">
      {what}
      <p className="text-soft">{t('wallet.get.feeUpTo', { fee: words(mostFeeOf(mint, unit, proofs)) })}</p>
      <Failed failure={failure} />
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onBack}>{t('wallet.back')}</Button>
        <Button look="main" busy={busy} onClick={redeem}>
          {t('wallet.get.take', { amount: words(amount) })}
        </Button>
      </div>
    </div>
  );
}
