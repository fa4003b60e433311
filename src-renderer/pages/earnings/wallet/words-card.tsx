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
  const [drilled, setDrilled] = useState<Output<'wallet.drill'>>();
  const [busy, drill, failure] = useTry(async () => {
    setDrilled(undefined);
    setDrilled(await engine().ask('wallet.drill', {}));
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
            <Button busy={busy} onClick={drill}>
              {t('wallet.words.drill')}
            </Button>
          )}
        </div>
        {mints.length > 0 && <p className="text-xs leading-4 text-soft">{t('wallet.words.drillHelp')}</p>}
        <Failed failure={failure} />
        {drilled && <Drilled drill={drilled} />}
      </div>
    </Card>
  );
}

function Drilled({ drill: { ok, mints } }: { drill: Output<'wallet.drill'> }) {
  const { t, f } = useText();
  return (
    <div role={ok ? 'status' : 'alert'} className="space-y-2">
      <Notice tone={ok ? 'good' : 'bad'} icon={ok ? CircleCheck : TriangleAlert}>
        {t(ok ? 'wallet.words.drillRight' : 'wallet.words.drillWrong')}
      </Notice>
      <ul className="space-y-0.5 text-soft">
        {mints.map(({ mint, unit, found, held }) => (
          <li key={`${mint} ${unit}`}>
            {t('wallet.words.drillFound', {
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
