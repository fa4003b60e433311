import { NatType, TransportMethod } from '../../../src-preload/contract/reachability.ts';
import { Field } from '../../components/field.tsx';
import { Select } from '../../components/select.tsx';
import type { Key } from '../../i18n/keys.ts';
import { useText } from '../../i18n/use-text.ts';
import { saveSetting, useSetting } from '../../settings.ts';

const methods: Record<TransportMethod, Key> = {
  direct: 'networks.iicp.advertised.method.direct',
  upnp_mapped: 'networks.iicp.advertised.method.mapped',
  stun_hole_punch: 'networks.iicp.advertised.method.punched',
  turn_relay: 'networks.iicp.advertised.method.relay',
  external_tunnel: 'networks.iicp.advertised.method.tunnel',
};

const nats: Record<NatType, Key> = {
  full_cone: 'networks.iicp.advertised.nat.full',
  restricted_cone: 'networks.iicp.advertised.nat.restricted',
  port_restricted: 'networks.iicp.advertised.nat.port',
  symmetric: 'networks.iicp.advertised.nat.symmetric',
  unknown: 'networks.iicp.advertised.nat.unknown',
};

/** What the directory gets of the address, whatever was found. */
export function Advertised() {
  const { t } = useText();
  const method = useSetting('networks.iicp.transportMethod') ?? 'auto';
  const nat = useSetting('networks.iicp.natType') ?? 'auto';
  const auto = { value: 'auto', title: t('networks.iicp.advertised.auto') } as const;
  return (
    <>
      <Field label={t('networks.iicp.advertised.method.title')} help={t('networks.iicp.advertised.help')}>
        {(control) => (
          <Select
            {...control}
            value={method}
            options={[auto, ...TransportMethod.options.map((value) => ({ value, title: t(methods[value]) }))]}
            onChange={(value) => void saveSetting('networks.iicp.transportMethod', value)}
          />
        )}
      </Field>
      <Field label={t('networks.iicp.advertised.nat.title')} help={t('networks.iicp.advertised.help')}>
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
