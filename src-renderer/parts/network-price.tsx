import { Card } from '../components/card.tsx';
import { quoted } from '../format/text.ts';
import { useText } from '../i18n/use-text.ts';
import { pagesOf } from '../networks/lookup.ts';
import { useNetworkTitle } from '../networks/titles.ts';

/** What is asked on a network, with all there is besides one price; nothing where it has no price to set. */
export function NetworkPrice({ network }: { network: string }) {
  const { t } = useText();
  const titleOf = useNetworkTitle();
  const pricing = pagesOf(network)?.pricing;
  if (!pricing) return null;
  return (
    <Card title={t('network.price', { network: quoted(titleOf(network), 48) })}>
      <pricing.Price />
    </Card>
  );
}
