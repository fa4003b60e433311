import {
  BanknoteArrowDown,
  BanknoteArrowUp,
  CircleAlert,
  KeyRound,
  RotateCw,
  Wallet as WalletIcon,
} from 'lucide-react';
import { useMemo, useState } from 'react';
import type { WalletView } from '../../../../src-preload/contract/wallet.ts';
import { useActions } from '../../../actions.ts';
import { engine } from '../../../bridge/index.ts';
import { Button } from '../../../components/button.tsx';
import { Card } from '../../../components/card.tsx';
import { Empty } from '../../../components/empty.tsx';
import { Notice } from '../../../components/notice.tsx';
import { Placeholder } from '../../../components/placeholder.tsx';
import { Reason } from '../../../components/reason.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { Alerts } from './alerts.tsx';
import { Balances } from './balances.tsx';
import { Failed, useTry } from './failed.tsx';
import { GetSheet } from './get-sheet.tsx';
import { Mints } from './mints.tsx';
import { Movements } from './movements.tsx';
import { PaySheet } from './pay-sheet.tsx';
import { PayoutCard } from './payout.tsx';
import { Pending } from './pending.tsx';
import { RestoreSheet } from './restore-sheet.tsx';
import { acceptWallet, lookAtWallet, useWallet } from './store.ts';
import { WordsCard } from './words-card.tsx';
import { WordsSheet } from './words-sheet.tsx';
import { WorthCard } from './worth.tsx';

type Sheet = 'pay' | 'get' | 'words' | 'restore';

/** Ecash: what is held where, how it came about, and how it comes in and goes out. Sheets keep their secrets to themselves, and end with them. */
export function Wallet() {
  const { t } = useText();
  const { view, failure } = useWallet();
  const [sheet, setSheet] = useState<Sheet>();
  const close = () => setSheet(undefined);
  if (view === undefined) {
    return failure === undefined ? (
      <Placeholder lines={8} />
    ) : (
      <Card title={t('wallet.title')}>
        <Notice
          tone="bad"
          icon={CircleAlert}
          action={
            <Button icon={RotateCw} onClick={lookAtWallet}>
              {t('wallet.again')}
            </Button>
          }
        >
          {t('wallet.lost')} <Reason reason={failure.reason} />
        </Notice>
      </Card>
    );
  }
  return (
    <div className="space-y-4">
      {view.exists ? <Held view={view} onOpen={setSheet} /> : <Begin onOpen={setSheet} />}
      {sheet === 'pay' && <PaySheet view={view} onClose={close} />}
      {sheet === 'get' && <GetSheet view={view} onClose={close} />}
      {sheet === 'words' && <WordsSheet onClose={close} />}
      {sheet === 'restore' && <RestoreSheet onClose={close} />}
    </div>
  );
}

/** Nothing yet: one is made, or found again. Its words come first, before there is any money. */
function Begin({ onOpen }: { onOpen: (sheet: Sheet) => void }) {
  const { t } = useText();
  const [busy, make, failure] = useTry(async () => {
    acceptWallet(await engine().ask('wallet.make', {}));
    onOpen('words');
  });
  return (
    <Card title={t('wallet.title')}>
      <Empty
        icon={WalletIcon}
        title={t('wallet.begin.title')}
        action={
          <div className="flex flex-wrap justify-center gap-2">
            <Button look="main" icon={WalletIcon} busy={busy} onClick={make}>
              {t('wallet.begin.make')}
            </Button>
            <Button icon={KeyRound} onClick={() => onOpen('restore')}>
              {t('wallet.begin.restore')}
            </Button>
          </div>
        }
      >
        {t('wallet.begin.why')}
      </Empty>
      <Failed failure={failure} />
    </Card>
  );
}

function Held({ view, onOpen }: { view: WalletView; onOpen: (sheet: Sheet) => void }) {
  const { t } = useText();
  useActions(
    useMemo(
      () => [
        {
          id: 'wallet.pay',
          group: 'page' as const,
          title: 'wallet.pay.action' as const,
          icon: BanknoteArrowUp,
          opens: true,
          run: () => onOpen('pay'),
        },
        {
          id: 'wallet.get',
          group: 'page' as const,
          title: 'wallet.get.action' as const,
          icon: BanknoteArrowDown,
          opens: true,
          run: () => onOpen('get'),
        },
      ],
      [onOpen],
    ),
  );
  return (
    <>
      <Alerts alerts={view.alerts} onWords={() => onOpen('words')} />
      <div className="flex flex-wrap gap-2">
        <Button look="main" icon={BanknoteArrowUp} onClick={() => onOpen('pay')}>
          {t('wallet.pay.action')}
        </Button>
        <Button icon={BanknoteArrowDown} onClick={() => onOpen('get')}>
          {t('wallet.get.action')}
        </Button>
      </div>
      <div className="grid grid-cols-1 items-start gap-4 wide:grid-cols-2">
        <div className="grid grid-cols-1 gap-4">
          <Balances view={view} />
          <Pending operations={view.pending} />
          <Movements />
        </div>
        <div className="grid grid-cols-1 gap-4">
          <Mints view={view} />
          <WordsCard view={view} onShow={() => onOpen('words')} />
          <PayoutCard payout={view.payout} />
          <WorthCard />
        </div>
      </div>
    </>
  );
}
