import { TriangleAlert } from 'lucide-react';
import type { WalletAlert } from '../../../../src-preload/contract/wallet.ts';
import { engine } from '../../../bridge/index.ts';
import { Button } from '../../../components/button.tsx';
import { Notice } from '../../../components/notice.tsx';
import { Reason } from '../../../components/reason.tsx';
import { Text } from '../../../components/text.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { Failed, useWalletTry } from './failed.tsx';

/** What the user should know before anything else, with the next step as a button where the page has one. */
export function Alerts({ alerts, onWords }: { alerts: readonly WalletAlert[]; onWords: () => void }) {
  const { t, say } = useText();
  const [busy, find, failure] = useWalletTry(async (mint: string) => {
    await engine().ask('wallet.restore', { mint });
  });
  return (
    <>
      {alerts.map(({ kind, mint, reason }) =>
        kind === 'difference' && mint !== null ? (
          <Notice
            key={reason.code + mint}
            tone="bad"
            icon={TriangleAlert}
            action={
              <Button busy={busy} onClick={() => find(mint)}>
                {t('wallet.mints.lookAgain')}
              </Button>
            }
          >
            {/* Its next step is a command: the button is the same. */}
            <Text value={say(reason).message} most={400} />
          </Notice>
        ) : (
          <Notice
            key={reason.code + (mint ?? '')}
            tone="warn"
            icon={TriangleAlert}
            action={kind === 'backup' && <Button onClick={onWords}>{t('wallet.words.write')}</Button>}
          >
            <Reason reason={reason} />
          </Notice>
        ),
      )}
      <Failed failure={failure} />
    </>
  );
}
