// Reachability as the node has it, in the lab, with an endpoint by TCP and one by UDP. Says its view after each change and takes
// orders; that it is tried over TCP is the test's to do. Ends by itself after `stop`, unless something was left open.
import { createSocket, type RemoteInfo } from 'node:dgram';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { systemClock as clock } from '../../src-main/base/clock.ts';
import { silentLogger as logger } from '../../src-main/base/logger.ts';
import { systemRandom as random } from '../../src-main/base/random.ts';
import { openReachability } from '../../src-main/engine/reach.ts';
import { mapperMigrations } from '../../src-main/reachability/mapper/journal.ts';
import type { ProbeResult } from '../../src-main/reachability/prober.ts';
import { openDatabase } from '../../src-main/storage/database.ts';
import { settings as known, type SettingPath, type SettingValue } from '../../src-preload/contract/settings/index.ts';
import { STUN_SERVERS } from './provider.ts';

const [, , file = '', tcpPort = '', udpPort = ''] = process.argv;
const say = (news: Readonly<Record<string, unknown>>) => console.log(JSON.stringify(news));

const { committer, read, close } = await openDatabase({ clock, logger }, { file, migrations: mapperMigrations });
const values: Partial<Record<SettingPath, unknown>> = { 'reachability.stunServers': STUN_SERVERS };
const settings = {
  get: <P extends SettingPath>(path: P) => (values[path] ?? known[path].initial) as SettingValue<P>,
  onChange: () => () => {},
};
const reachability = openReachability({ clock, random, logger, committer, read, settings });
reachability.onChange(() => say({ kind: 'view', view: reachability.view() }));
await reachability.start();

let tried = (_result: ProbeResult) => {};
const prober = {
  name: 'the test',
  reach: ({ host, port }: { readonly host: string; readonly port: number }) =>
    new Promise<ProbeResult>((resolve) => {
      tried = resolve;
      say({ kind: 'try', host, port });
    }),
};
const server = createServer((socket) => {
  tcp.arrived(socket.remoteAddress ?? '');
  socket.on('error', () => {}).end('lan greets\n');
});
await new Promise<void>((resolve) => server.listen(Number(tcpPort), '0.0.0.0', resolve));
const socket = createSocket('udp4');
await new Promise<void>((resolve) => socket.bind(Number(udpPort), resolve));
const datagrams = {
  send: (bytes: Buffer, { address, port }: { readonly address: string; readonly port: number }) =>
    socket.send(bytes, port, address, () => {}),
  onDatagram: (listener: (bytes: Buffer, from: { readonly address: string; readonly port: number }) => void) => {
    const hear = (bytes: Buffer, { address, port }: RemoteInfo) => listener(bytes, { address, port });
    socket.on('message', hear);
    return () => void socket.off('message', hear);
  },
};
const tcp = reachability.open({ id: 'tasks', transport: 'tcp', port: Number(tcpPort), purpose: 'tasks', prober });
const udp = reachability.open({ id: 'mesh', transport: 'udp', port: Number(udpPort), purpose: 'mesh', datagrams });

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line) as { readonly do: string; readonly reached?: boolean };
  if (order.do === 'tried') tried(order.reached ? { kind: 'reached' } : { kind: 'not-reached', why: 'no answer' });
  if (order.do === 'test') void reachability.test();
  if (order.do === 'close-tcp') tcp.close();
  if (order.do === 'close-udp') udp.close();
  if (order.do === 'stop') break;
}
await reachability.stop();
server.close();
socket.close();
await close();
say({ kind: 'stopped' });
