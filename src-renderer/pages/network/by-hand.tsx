import { useStore } from 'zustand/react';
import { Card } from '../../components/card.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { NumberField } from '../../components/number-field.tsx';
import { useText } from '../../i18n/use-text.ts';
import { pagesOf } from '../../networks/lookup.ts';
import { hostsIn } from '../../parts/hosts.ts';
import { Flip, Typed } from '../../parts/setting-fields.tsx';
import { saveSetting, useSetting } from '../../settings.ts';
import { networksStore } from '../../stores/networks.ts';
import { settingsStore } from '../../stores/settings.ts';

/** What of the way in can be set by hand, and what wins over what was found. */
export function ByHand() {
  const { t } = useText();
  const networks = useStore(networksStore, ({ live }) => live?.value) ?? [];
  const inbound = networks.flatMap(({ id }) => {
    const part = pagesOf(id).inbound;
    return part ? [{ id, ...part }] : [];
  });
  const addresses: readonly string[] = inbound.map(({ address }) => address);
  const given = useStore(settingsStore, ({ live }) =>
    live?.value.some(({ path, value }) => addresses.includes(path) && value !== ''),
  );
  return (
    <Card title={t('network.hand.title')}>
      <div className="space-y-3">
        <p className="max-w-prose text-soft">{t(given ? 'network.hand.wins' : 'network.hand.found')}</p>
        <Disclosure title={t('network.hand.open')}>
          <div className="grid gap-4 pt-1 sm:grid-cols-2">
            <Flip path="reachability.enabled" label={t('network.hand.ask')} />
            <Flip path="reachability.tunnels" label={t('network.hand.tunnels')} />
            <NumberField
              label={t('network.hand.renew')}
              help={t('network.hand.renewHelp')}
              value={useSetting('reachability.renewMinutes')}
              least={1}
              most={30}
              onSave={(minutes) => void saveSetting('reachability.renewMinutes', minutes)}
            />
            <StunServers />
            <SecondNode />
            <Flip path="reachability.witnessForOthers" label={t('network.hand.witnessForOthers')} />
            {inbound.map(({ id, Advertised }) => Advertised && <Advertised key={id} />)}
          </div>
        </Disclosure>
      </div>
    </Card>
  );
}

function StunServers() {
  const { t } = useText();
  const held = useSetting('reachability.stunServers') ?? [];
  return (
    <Typed
      label={t('network.hand.stun')}
      help={t('network.hand.stunHelp')}
      held={held.join(', ')}
      onSave={(value) => saveSetting('reachability.stunServers', hostsIn(value))}
    />
  );
}

/** Another of the user's own, which tries from outside. */
function SecondNode() {
  const { t } = useText();
  return (
    <Typed
      label={t('network.hand.witness')}
      help={t('network.hand.witnessHelp')}
      held={useSetting('reachability.witness') ?? ''}
      onSave={(value) => saveSetting('reachability.witness', value.trim())}
    />
  );
}
