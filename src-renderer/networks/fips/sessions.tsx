import type { MeshView } from '../../../src-preload/contract/networks/fips.ts';
import { Table } from '../../components/table.tsx';
import { useText } from '../../i18n/use-text.ts';
import { nodeName } from './names.ts';

/** What this computer has with others from end to end, whoever is between them. */
export function Sessions({ sessions }: Pick<MeshView, 'sessions'>) {
  const { t, f } = useText();
  return (
    <Table
      caption={t('networks.fips.sessions.title')}
      rows={sessions}
      rowKey={({ addr }) => addr}
      columns={[
        { id: 'node', title: t('networks.fips.column.node'), cell: ({ npub, addr }) => nodeName(npub, addr) },
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
          cell: ({ via, npub }) => <Via via={via} npub={npub} />,
        },
        {
          id: 'traffic',
          title: t('networks.fips.column.traffic'),
          figure: true,
          minor: true,
          cell: ({ receivedBytes, sentBytes }) =>
            t('networks.fips.inOut', { in: f.bytes(receivedBytes), out: f.bytes(sentBytes) }),
        },
      ]}
    />
  );
}

/** Who is reached through whom, of those whose place in the tree is known. */
export function Routes({ routes }: Pick<MeshView, 'routes'>) {
  const { t, f } = useText();
  return (
    <Table
      caption={t('networks.fips.routes.title')}
      rows={routes}
      rowKey={({ addr }) => addr}
      columns={[
        { id: 'node', title: t('networks.fips.column.node'), cell: ({ npub, addr }) => nodeName(npub, addr) },
        {
          id: 'via',
          title: t('networks.fips.column.via'),
          cell: ({ via, npub }) => <Via via={via} npub={npub} />,
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

function Via({ via, npub }: { via: string | null; npub: string | null }) {
  const { t } = useText();
  if (via === null) return t('networks.fips.routes.noWay');
  return via === npub ? t('networks.fips.direct') : nodeName(via, '');
}
