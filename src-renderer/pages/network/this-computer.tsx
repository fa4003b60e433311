import { useStore } from 'zustand/react';
import type { ReachabilityView } from '../../../src-preload/contract/reachability.ts';
import { LinkButton } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Pill } from '../../components/pill.tsx';
import { Text } from '../../components/text.tsx';
import { useText } from '../../i18n/use-text.ts';
import { hrefOf } from '../../places.ts';
import { backendSigns, serverName } from '../../signs.ts';
import { backendsStore } from '../../stores/backends.ts';

const MOST = 16;

/** What does the work here, and where others would come in. */
export function ThisComputer({ inbound }: { inbound: ReachabilityView | undefined }) {
  const { t } = useText();
  const backends = useStore(backendsStore, ({ live }) => live?.value) ?? [];
  return (
    <Card
      title={t('network.path.here')}
      aside={<LinkButton href={hrefOf('capacity')}>{t('idle.toCapacity')}</LinkButton>}
    >
      <Facts>
        {backends.slice(0, MOST).map((backend) => {
          const sign = backendSigns[backend.state];
          return (
            <Fact key={backend.id} name={serverName(backend, t)}>
              <Pill tone={sign.tone} icon={sign.icon}>
                {t(sign.word)}
              </Pill>
            </Fact>
          );
        })}
        {inbound?.ports.map(({ id, purpose, transport, port }) => (
          <Fact key={id} name={t('network.path.listens')}>
            <Text value={`${purpose}, ${transport.toUpperCase()} ${port}`} most={80} />
          </Fact>
        ))}
        {backends.length + (inbound?.ports.length ?? 0) === 0 && (
          <Fact name={t('network.path.lacking')}>{t('idle.why.no-backend')}</Fact>
        )}
      </Facts>
    </Card>
  );
}
