import type { NetworkView } from '../../../src-preload/contract/networks/index.ts';
import { Text } from '../../components/text.tsx';
import { toneText } from '../../components/tone.ts';
import { useText } from '../../i18n/use-text.ts';
import { signOf } from '../../networks/lookup.ts';
import { hrefOf } from '../../places.ts';

export interface NetworkListProps {
  readonly networks: readonly NetworkView[];
  readonly shown: NetworkView['id'];
}

/** The networks that are joined, and beneath them those that could be. */
export function NetworkList({ networks, shown }: NetworkListProps) {
  const { t } = useText();
  const joined = networks.filter(({ enabled }) => enabled);
  const others = networks.filter(({ enabled }) => !enabled);
  return (
    <nav aria-label={t('network.list')} className="rounded-lg border border-line bg-panel p-2 shadow-card">
      <Names networks={joined} shown={shown} />
      {others.length > 0 && (
        <>
          <h2 className="px-2 pt-2 pb-1 text-xs leading-4 text-soft">{t('network.add')}</h2>
          <Names networks={others} shown={shown} />
        </>
      )}
    </nav>
  );
}

function Names({ networks, shown }: NetworkListProps) {
  const { t } = useText();
  return (
    <ul>
      {networks.map((network) => {
        const { word, tone, icon: Icon } = signOf(network);
        const here = network.id === shown;
        return (
          <li key={network.id}>
            <a
              href={hrefOf('network', network.id)}
              aria-current={here ? 'true' : undefined}
              className={`flex min-h-10 flex-wrap items-center justify-between gap-x-3 rounded-md px-2 py-1 hover:bg-sunken ${here ? 'font-medium sm:bg-sunken' : ''}`}
            >
              <Text value={network.title} most={32} />
              <span className={`flex shrink-0 items-center gap-1.5 text-xs ${toneText[tone]}`}>
                <Icon aria-hidden="true" size={14} />
                {t(word)}
              </span>
            </a>
          </li>
        );
      })}
    </ul>
  );
}
