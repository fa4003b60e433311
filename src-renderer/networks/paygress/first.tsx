import { LinkButton } from '../../components/button.tsx';
import { useText } from '../../i18n/use-text.ts';
import { hrefOf } from '../../places.ts';
import { Way } from './settings.tsx';
import { Specs } from './specs.tsx';

/** What Paygress needs before it can sell anything: a machine on offer, a way in, and a wallet with a mint. */
export function First() {
  const { t } = useText();
  return (
    <div className="space-y-4 py-2">
      <Specs />
      <Way />
      <p className="max-w-prose text-soft">{t('networks.paygress.set.wallet')}</p>
      <LinkButton href={hrefOf('earnings')}>{t('networks.paygress.set.toWallet')}</LinkButton>
    </div>
  );
}
