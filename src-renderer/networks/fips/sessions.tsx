import type { MeshView } from '../../../src-preload/contract/networks/fips.ts';
import { Table } from '../../components/table.tsx';
import { useText } from '../../i18n/use-text.ts';
import { InOut } from './in-out.tsx';
import { type Aliases, aliasesOf, nodeName } from './names.ts';

/** What this computer has with others from end to end, whoever is between them. */
export function Sessions({ mesh }: { mesh: MeshView }) {
  const { t, f } = useText();
  const aliases = aliasesOf(mesh);
  return (
    <Table
      caption={t('networks.fips.sessions.title')}
      rows={mesh.sessions}
      rowKey={({ addr }) => addr}
      columns={[
        { id: 'node', title: t('networks.fips.column.node'), cell: ({ npub, addr }) => nodeName(npub, addr, aliases) },
        {
          id: 'state',
          title: t('networks.fips.column.state'),
          cell: ({ state }) => t(`networks.fips.sessions.state.${state}`),
        },
        {
          id: 'rtt',
          title: t('networks.fips.column.rtt'),
          figure: true,
          cell: ({ rttMs }) =>
            rttMs === null ? t('networks.fips.unmeasured') : t('networks.fips.ms', { ms: f.number(rttMs, 1) }),
        },
        {
          id: 'via',
          title: t('networks.fips.column.via'),
          cell: ({ via, npub }) => <Via via={via} npub={npub} aliases={aliases} />,
        },
        {
          id: 'traffic',
          title: t('networks.fips.column.traffic'),
          figure: true,
          minor: true,
          cell: ({ receivedBytes, sentBytes }) => <InOut received={receivedBytes} sent={sentBytes} />,
        },
      ]}
    />
  );
}

/** Who is reached through whom, of those whose place in the tree is known. */
export function Routes({ mesh }: { mesh: MeshView }) {
  const { t, f } = useText();
  const aliases = aliasesOf(mesh);
  return (
    <Table
      caption={t('networks.fips.routes.title')}
      rows={mesh.routes}
      rowKey={({ addr }) => addr}
      columns={[
        { id: 'node', title: t('networks.fips.column.node'), cell: ({ npub, addr }) => nodeName(npub, addr, aliases) },
        {
          id: 'via',
          title: t('networks.fips.column.via'),
          cell: ({ via, npub }) => <Via via={via} npub={npub} aliases={aliases} />,
        },
        {
          id: 'hops',
          title: t('networks.fips.column.hops'),
          figure: true,
          cell: ({ hops }) => (hops === null ? t('networks.fips.unmeasured') : f.count(hops)),
        },
      ]}
    />
  );
}

interface ViaProps {
  readonly via: string | null;
  readonly npub: string | null;
  readonly aliases: Aliases;
}

function Via({ via, npub, aliases }: ViaProps) {
  const { t } = useText();
  if (via === null) return t('networks.fips.routes.noWay');
  return via === npub ? t('networks.fips.direct') : nodeName(via, '', aliases);
}
