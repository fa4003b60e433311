import type { MeshView, Neighbour } from '../../../src-preload/contract/networks/fips.ts';
import { type MappedPeer, PeerMap } from '../../components/chart/peer-map.tsx';
import { Sparkline } from '../../components/chart/sparkline.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { Text } from '../../components/text.tsx';
import { useText } from '../../i18n/use-text.ts';
import { InOut } from './in-out.tsx';
import { aliasesOf, nameOf, nodeName } from './names.ts';

/** Those next to this computer and those that it speaks with through them, as a picture; then the links, one a line. */
export function Neighbours({ mesh }: { mesh: MeshView }) {
  const { t } = useText();
  if (mesh.neighbours.length === 0) return <p className="text-soft">{t('networks.fips.neighbours.none')}</p>;
  return <Some mesh={mesh} />;
}

function Some({ mesh }: { mesh: MeshView }) {
  const { t, f } = useText();
  const { neighbours } = mesh;
  const inMs = (ms: number | null) =>
    ms === null ? t('networks.fips.unmeasured') : t('networks.fips.ms', { ms: f.number(ms, ms < 10 ? 1 : 0) });
  const direct = neighbours.map((one) => ({
    id: one.addr,
    name: nameOf(one),
    relayed: false,
    latencyMs: one.rttMs,
    via: '',
  }));
  const beyond = mesh.sessions
    .filter(({ addr }) => !neighbours.some((one) => one.addr === addr))
    .map(({ addr, npub, rttMs, via }) => ({
      id: addr,
      name: nodeName(npub, addr, aliasesOf(mesh)),
      relayed: true,
      latencyMs: rttMs,
      via: via === null ? t('networks.fips.routes.noWay') : nodeName(via, '', aliasesOf(mesh)),
    }));
  const all = [...direct, ...beyond];
  const peers: MappedPeer[] = all.map(({ id, name, relayed, latencyMs }) => ({
    id,
    relayed,
    latencyMs,
    title: `${name}, ${inMs(latencyMs)}`,
  }));
  return (
    <div className="space-y-3">
      <PeerMap
        sentence={t('networks.fips.neighbours.picture', { count: neighbours.length, beyond: beyond.length })}
        peers={peers}
        table={{
          caption: t('networks.fips.neighbours.title'),
          head: [
            { title: t('networks.fips.column.node') },
            { title: t('networks.fips.column.rtt'), figure: true },
            { title: t('networks.fips.column.via') },
          ],
          rows: all.map(({ id, name, latencyMs, via, relayed }) => ({
            id,
            cells: [name, inMs(latencyMs), relayed ? via : t('networks.fips.direct')],
          })),
        }}
      />
      <Table
        caption={t('networks.fips.neighbours.links')}
        rows={neighbours}
        rowKey={({ addr }) => addr}
        columns={useColumns(inMs)}
      />
    </div>
  );
}

function useColumns(inMs: (ms: number | null) => string): readonly Column<Neighbour>[] {
  const { t, f } = useText();
  const speed = (samples: readonly number[]) => t('networks.fips.perSecond', { bytes: f.bytes(samples.at(-1) ?? 0) });
  return [
    {
      id: 'node',
      title: t('networks.fips.column.node'),
      cell: (one) => (
        <>
          <span className="block font-medium">{nameOf(one)}</span>
          <span className="block text-xs text-soft">
            {one.transport.toUpperCase()} <Text value={one.address} most={80} />
          </span>
        </>
      ),
    },
    { id: 'rtt', title: t('networks.fips.column.rtt'), figure: true, cell: ({ rttMs }) => inMs(rttMs) },
    { id: 'loss', title: t('networks.fips.column.loss'), figure: true, cell: ({ loss }) => f.percent(loss) },
    {
      id: 'speed',
      title: t('networks.fips.column.speed'),
      minor: true,
      cell: ({ sending, receiving }) => (
        <div className="min-w-28">
          <Sparkline
            sentence={t('networks.fips.neighbours.speed', { in: speed(receiving), out: speed(sending) })}
            values={receiving.map((bytes, nth) => bytes + (sending[nth] ?? 0))}
          />
        </div>
      ),
    },
    {
      id: 'traffic',
      title: t('networks.fips.column.traffic'),
      figure: true,
      minor: true,
      cell: ({ receivedBytes, sentBytes }) => <InOut received={receivedBytes} sent={sentBytes} />,
    },
    {
      id: 'others',
      title: t('networks.fips.column.others'),
      figure: true,
      minor: true,
      cell: ({ transitIn, transitOut }) => <InOut received={transitIn} sent={transitOut} />,
    },
  ];
}
