// Programs of two computers reach each other through the mesh by what their users have set, and hear what can't be had.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { programsDetail } from '../../../../src-main/networks/fips/programs-detail.ts';
import { asPeer, fipsRun } from '../../../support/fips-run.ts';
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

/** Free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
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
