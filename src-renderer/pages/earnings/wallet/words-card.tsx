import { CircleCheck, KeyRound, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { Output } from '../../../../src-preload/contract/index.ts';
import type { WalletView } from '../../../../src-preload/contract/wallet.ts';
import { engine } from '../../../bridge/index.ts';
import { Button } from '../../../components/button.tsx';
import { Card } from '../../../components/card.tsx';
import { Notice } from '../../../components/notice.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { Failed, useTry } from './failed.tsx';
import { mintWords, unitsWords } from './words.ts';

interface WordsCardProps {
  readonly view: WalletView;
  readonly onShow: () => void;
}

/** Whether the words were written down, writing them down, and proving that they bring everything back. */
export function WordsCard({ view: { wordsProvenAt, mints }, onShow }: WordsCardProps) {
  const { t, f } = useText();
  const [tested, setTested] = useState<Output<'wallet.restoreTest'>>();
  const [busy, test, failure] = useTry(async () => {
    setTested(undefined);
    setTested(await engine().ask('wallet.restoreTest', {}));
  });
  return (
    <Card title={t('wallet.words.title')}>
      <div className="space-y-3">
        <p>{t('wallet.words.why')}</p>
        {wordsProvenAt === null ? (
          <Notice tone="warn" icon={TriangleAlert}>
            {t('wallet.words.never')}
          </Notice>
        ) : (
          <p className="flex items-start gap-1.5 text-soft">
            <CircleCheck aria-hidden="true" size={16} className="mt-0.5 shrink-0 text-good" />
            {t('wallet.words.proven', { day: f.date(wordsProvenAt, 'date') })}
          </p>
        )}
        <div className="flex flex-wrap gap-2">
          <Button icon={KeyRound} onClick={onShow}>
            {t(wordsProvenAt === null ? 'wallet.words.write' : 'wallet.words.again')}
          </Button>
          {mints.length > 0 && (
            <Button busy={busy} onClick={test}>
              {t('wallet.words.restoreTest')}
            </Button>
          )}
        </div>
        {mints.length > 0 && <p className="text-xs leading-4 text-soft">{t('wallet.words.restoreTestHelp')}</p>}
        <Failed failure={failure} />
        {tested && <Tested result={tested} />}
      </div>
    </Card>
  );
}

function Tested({ result: { ok, mints } }: { result: Output<'wallet.restoreTest'> }) {
  const { t, f } = useText();
  return (
    <div role={ok ? 'status' : 'alert'} className="space-y-2">
      <Notice tone={ok ? 'good' : 'bad'} icon={ok ? CircleCheck : TriangleAlert}>
        {t(ok ? 'wallet.words.restoreTestRight' : 'wallet.words.restoreTestWrong')}
      </Notice>
      <ul className="space-y-0.5 text-soft">
        {mints.map(({ mint, unit, found, held }) => (
          <li key={`${mint} ${unit}`}>
            {t('wallet.words.restoreTestFound', {
              mint: mintWords(mint),
              found: unitsWords(found, unit, f),
              held: unitsWords(held, unit, f),
            })}
          </li>
        ))}
      </ul>
    </div>
  );
}
