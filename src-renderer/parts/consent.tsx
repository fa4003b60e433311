import type { NetworkView } from '../../src-preload/contract/networks/index.ts';
import { useText } from '../i18n/use-text.ts';
import { pagesOf } from '../networks/lookup.ts';
import { asked } from '../networks/pages.ts';

/**
 * What one agrees to by joining a network: what it sends, costs and sees, and who runs it. The same wherever it is joined. `summarized`: what
 * the network is for stands above it already.
 */
export function ConsentText({ network, summarized = false }: { network: NetworkView; summarized?: boolean }) {
  const speech = useText();
  const { t } = speech;
  const { consent, what } = pagesOf(network.id);
  const said = consent(network, speech);
  return (
    <div className="space-y-3">
      {what && !summarized && <p>{t(what)}</p>}
      <dl className="space-y-2">
        {asked.map((each) => (
          <div key={each} className="grid gap-x-4 gap-y-0.5 sm:grid-cols-[7rem_minmax(0,1fr)]">
            <dt className="font-medium">{t(`setup.networks.${each}`)}</dt>
            <dd className="text-soft">{said[each]}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
