import { NatType, TransportMethod } from '../../../src-preload/contract/reachability.ts';
import { Card } from '../../components/card.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { Field } from '../../components/field.tsx';
import { NumberField } from '../../components/number-field.tsx';
import { Select } from '../../components/select.tsx';
import type { Key } from '../../i18n/keys.ts';
import { useText } from '../../i18n/use-text.ts';
import { saveSetting, useSetting } from '../../settings.ts';
import { Flip, Typed } from './fields.tsx';
import { hostsIn } from './hosts.ts';

const methods: Record<TransportMethod, Key> = {
  direct: 'network.hand.method.direct',
  upnp_mapped: 'network.hand.method.mapped',
  stun_hole_punch: 'network.hand.method.punched',
  turn_relay: 'network.hand.method.relay',
  external_tunnel: 'network.hand.method.tunnel',
};

const nats: Record<NatType, Key> = {
  full_cone: 'network.hand.nat.full',
  restricted_cone: 'network.hand.nat.restricted',
  port_restricted: 'network.hand.nat.port',
  symmetric: 'network.hand.nat.symmetric',
  unknown: 'network.hand.nat.unknown',
};

/** What of the way in can be set by hand, and what wins over what was found. */
export function ByHand() {
  const { t } = useText();
  const endpoint = useSetting('networks.iicp.endpoint') ?? '';
  return (
    <Card title={t('network.hand.title')}>
      <div className="space-y-3">
        <p className="max-w-prose text-soft">{t(endpoint === '' ? 'network.hand.found' : 'network.hand.wins')}</p>
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
            <Told />
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

/** What the directory is told of the way, whatever was found. */
function Told() {
  const { t } = useText();
  const method = useSetting('networks.iicp.transportMethod') ?? 'auto';
  const nat = useSetting('networks.iicp.natType') ?? 'auto';
  const auto = { value: 'auto', title: t('network.hand.auto') } as const;
  return (
    <>
      <Field label={t('network.hand.method.title')} help={t('network.hand.toldHelp')}>
        {(control) => (
          <Select
            {...control}
            value={method}
            options={[auto, ...TransportMethod.options.map((value) => ({ value, title: t(methods[value]) }))]}
            onChange={(value) => void saveSetting('networks.iicp.transportMethod', value)}
          />
        )}
      </Field>
      <Field label={t('network.hand.nat.title')} help={t('network.hand.toldHelp')}>
        {(control) => (
          <Select
            {...control}
            value={nat}
            options={[auto, ...NatType.options.map((value) => ({ value, title: t(nats[value]) }))]}
            onChange={(value) => void saveSetting('networks.iicp.natType', value)}
          />
        )}
      </Field>
    </>
  );
}
