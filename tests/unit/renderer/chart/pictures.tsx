// One of each picture, as markup.
import { Router } from 'lucide-react';
import { renderToStaticMarkup } from 'react-dom/server';
import { Gauge, Measures } from '../../../../src-renderer/components/chart/gauge.tsx';
import { Path } from '../../../../src-renderer/components/chart/path.tsx';
import { PeerMap } from '../../../../src-renderer/components/chart/peer-map.tsx';
import { Sparkline } from '../../../../src-renderer/components/chart/sparkline.tsx';
import { StackedBar } from '../../../../src-renderer/components/chart/stacked-bar.tsx';
import { Strip } from '../../../../src-renderer/components/chart/strip.tsx';

export const sparkline = () =>
  renderToStaticMarkup(<Sparkline sentence="38 tokens a second, 40 at most." values={[null, 40, 38]} limit={50} />);

export const gauge = (value: number) =>
  renderToStaticMarkup(
    <Measures>
      <Gauge name="GPU" figure={`${value} °C`} sentence={`${value} °C of 70 °C.`} value={value} most={100} limit={70} />
    </Measures>,
  );

const zero = (
  <a key="zero" href="#/work">
    0
  </a>
);

export const strip = () =>
  renderToStaticMarkup(
    <Strip
      sentence="Worked for 2 h."
      from={0}
      to={24}
      now={12}
      kinds={[
        { id: 'worked', name: 'Working', paint: 'solid' },
        { id: 'paused', name: 'Paused', paint: 'low' },
      ]}
      parts={[
        { from: 0, to: 2, kind: 'worked', title: 'Working, 0 to 2', href: '#/work' },
        { from: 2, to: 6, kind: 'paused', title: 'Paused, 2 to 6' },
        { from: 30, to: 40, kind: 'worked', title: 'another day' },
      ]}
      marks={[{ at: 12, text: '12' }]}
      table={{
        caption: 'Today',
        head: [{ title: 'From' }, { title: 'What' }],
        rows: [{ id: 0, cells: [zero, 'Working'] }],
      }}
    />,
  );

export const stackedBar = () =>
  renderToStaticMarkup(
    <StackedBar
      sentence="Of 16 GB, 6 GB are kept."
      total={16}
      parts={[
        { id: 'kept', name: 'Kept for you', value: 6, figure: '6 GB', paint: 'empty' },
        { id: 'lent', name: 'Lent', value: 10, figure: '10 GB', paint: 'soft' },
        { id: 'used', name: 'In use', value: 0, figure: '0 GB', paint: 'solid' },
      ]}
    />,
  );

export const path = () =>
  renderToStaticMarkup(
    <Path
      sentence="Your router lets nothing in."
      stops={[
        { id: 'you', name: 'You', word: 'Ready', tone: 'good', icon: Router, joint: 'open' },
        { id: 'router', name: 'Router', word: 'Blocks', tone: 'warn', icon: Router, joint: 'shut', onOpen: () => {} },
      ]}
    />,
  );

export const peerMap = (count: number) =>
  renderToStaticMarkup(
    <PeerMap
      sentence="7 peers."
      peers={Array.from({ length: count }, (_, index) => ({
        id: `${index}`,
        title: `Peer ${index}`,
        relayed: index === 0,
        latencyMs: index === 1 ? null : 20,
      }))}
      table={{
        caption: 'Peers',
        head: [{ title: 'Peer' }, { title: 'Latency', figure: true }],
        rows: [{ id: 0, cells: ['Peer 0', '20 ms'] }],
      }}
    />,
  );
