// Programs of two computers reach each other through the mesh by what their users have set, and hear what can't be had.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { programsDetail } from '../../../../src-main/networks/fips/programs-detail.ts';
import { asPeer, fipsRun } from '../../../support/fips-run.ts';
import { freePort } from '../../../support/free-port.ts';
import { until } from '../../../support/wait.ts';

async function listening(answer: string): Promise<number> {
  const server = createServer((socket) => {
    // Its node may end before the connection has.
    socket.on('error', () => undefined);
    socket.resume().end(answer);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

it('leads a port here to a port of the other computer, by the name of a peer, and says which could not be had', async () => {
  const hostPort = await listening('from the other side');
  const one = fipsRun({ secret: 0x41 }).identity;
  const inward = { kind: 'in', port: 80, host: '127.0.0.1', hostPort, allow: [one.npub] };
  const two = fipsRun({ secret: 0x42, settings: { forwards: [inward] } });
  await two.node.start();
  const port = await freePort();
  const forwards = [{ kind: 'out', port, node: 'attic', nodePort: 80 }];
  const settings = { peers: [{ ...asPeer(two.identity, two.udp), alias: 'attic' }], forwards, socksPort: hostPort };
  const run = fipsRun({ secret: 0x41, settings });
  await run.node.start();
  await until('the link', () => run.peers().length === 1);
  const socket = connect(port, '127.0.0.1');
  expect(await text(socket)).toBe('from the other side');
  await until('its end', () => socket.closed);
  expect(programsDetail(run.node)).toEqual({
    troubles: [expect.objectContaining({ code: 'fips.forward-port-taken', values: { port: hostPort } })],
    tunSetup: null,
  });
  expect(programsDetail(two.node).troubles).toEqual([]);
});

it('makes and ends forwards while it runs, and lets those be that stay', async () => {
  const hostPort = await listening('from the other side');
  const identity = fipsRun({ secret: 0x43 }).identity;
  const inward = { kind: 'in', port: 80, host: '127.0.0.1', hostPort, allow: [identity.npub] };
  const two = fipsRun({ secret: 0x44 });
  await two.node.start();
  const run = fipsRun({ secret: 0x43, settings: { peers: [{ ...asPeer(two.identity, two.udp), alias: 'attic' }] } });
  await run.node.start();
  await until('the link', () => run.peers().length === 1);
  const [port, other, taken] = [await freePort(), await freePort(), await listening('of another program')];
  const out = { kind: 'out', port, node: 'attic', nodePort: 80 };
  two.set('forwards', [inward]);
  run.set('forwards', [out]);
  const comesThrough = async () => {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    return (await text(socket).catch(() => '')) === 'from the other side';
  };
  await until('an answer', comesThrough);
  // A connection through it stays while others come, fail and go.
  const echoing = createServer((socket) => void socket.on('error', () => undefined).pipe(socket)).listen(
    0,
    '127.0.0.1',
  );
  await once(echoing, 'listening');
  onTestFinished(() => void echoing.close());
  two.set('forwards', [inward, { ...inward, port: 81, hostPort: (echoing.address() as AddressInfo).port }]);
  const echo = { kind: 'out', port: other, node: 'attic', nodePort: 81 };
  run.set('forwards', [out, echo]);
  const spoken = () =>
    new Promise<Socket | undefined>((resolve) => {
      const socket = connect(other, '127.0.0.1').on('error', () => undefined);
      socket.once('data', () => resolve(socket)).once('close', () => resolve(undefined));
      socket.write('a');
    });
  const socket = await until('the echo', spoken);
  run.set('forwards', [echo, { ...out, port: taken }]);
  await until('the trouble', () => programsDetail(run.node).troubles.some(({ values }) => values?.port === taken));
  await until('the other to be closed', async () => !(await comesThrough()));
  socket.write('b');
  expect(String((await once(socket, 'data'))[0])).toBe('b');
  run.set('forwards', []);
  await until('its end', () => socket.closed);
  expect(programsDetail(run.node).troubles).toEqual([]);
});
