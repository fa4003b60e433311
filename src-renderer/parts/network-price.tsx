import { useId } from 'react';
import { quoted } from '../format/text.ts';
import { useText } from '../i18n/use-text.ts';
import { pagesOf } from '../networks/lookup.ts';
import { useNetworkTitle } from '../networks/titles.ts';

/** What is asked on a network, with all there is besides one price; nothing where it has no price to set. */
export function NetworkPrice({ network }: { network: string }) {
  const { t } = useText();
  const id = useId();
  const titleOf = useNetworkTitle();
  const pricing = pagesOf(network)?.pricing;
  if (!pricing) return null;
  return (
    <section aria-labelledby={id} className="border-t border-line pt-4">
      <h3 id={id} className="mb-2 font-semibold">
        {t('network.price', { network: quoted(titleOf(network), 48) })}
      </h3>
      <pricing.Price />
    </section>
  );
}
