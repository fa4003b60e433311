// A practice router and the clients towards it, for one test.
import { createSocket, type Socket } from 'node:dgram';
import { onTestFinished } from 'vitest';
import { systemClock } from '../../../../src-main/base/clock.ts';
import { systemRandom } from '../../../../src-main/base/random.ts';
import type { Gateway } from '../../../../src-main/reachability/gateway/gateway.ts';
import type { MappingWish, PortClient, Within } from '../../../../src-main/reachability/mapping.ts';
import { upnpClients } from '../../../../src-main/reachability/upnp/client.ts';
import { pinholeClients } from '../../../../src-main/reachability/upnp/pinhole.ts';
import { type Igd, type IgdOptions, startIgd } from '../../../simulators/router/igd.ts';

export const LOCAL = '127.0.0.1';

export const gateway = (v4: string | undefined = LOCAL, v6?: string): Gateway => ({
  name: 'lo',
  v4: v4 === undefined ? undefined : { router: LOCAL, local: v4, prefix: 8 },
  v6: v6 === undefined ? undefined : { router: v6, globals: [{ address: v6 }] },
  hardware: undefined,
  behindVpn: false,
});

export const within = (timeoutMs = 5000, signal: AbortSignal = new AbortController().signal): Within => ({
  signal,
  timeoutMs,
});

export const wish: MappingWish = {
  family: 4,
  transport: 'tcp',
  internal: { address: LOCAL, port: 9001 },
  port: 19_001,
  lifetimeMs: 3_600_000,
  description: 'Hearth 1a2b tcp 9001',
  handle: '',
};

export async function igd(options: IgdOptions = {}): Promise<Igd> {
  const router = await startIgd({ clock: systemClock }, options);
  onTestFinished(() => router.stop());
  return router;
}

/** Their answers to a search at the router's address, each from where they are, after so many milliseconds. */
export async function lineOf(...answering: readonly (readonly [Igd, string, number])[]): Promise<{ ssdpPort: number }> {
  const open: Socket[] = [];
  onTestFinished(() => {
    for (const socket of open.splice(0)) socket.close();
  });
  const bound = async (address: string) => {
    const socket = createSocket('udp4');
    open.push(socket);
    await new Promise<void>((resolve) => socket.bind(0, address, () => resolve()));
    return socket;
  };
  const asked = await bound(LOCAL);
  asked.on('message', (message, from) => {
    for (const [router, address, ms] of answering) {
      void bound(address).then((socket) => {
        socket.once('message', (answer) => {
          void systemClock.sleep(ms).then(() => open.includes(socket) && socket.send(answer, from.port, from.address));
        });
        socket.send(message, router.ssdpPort, address);
      });
    }
  });
  return { ssdpPort: asked.address().port };
}

export function clientOf({ ssdpPort }: Pick<Igd, 'ssdpPort'>, local = LOCAL): PortClient {
  const client = upnpClients({ clock: systemClock, random: systemRandom }, { ssdpPort })(gateway(local));
  onTestFinished(() => client.close());
  return client;
}

export function pinholesOf({ ssdpPort }: Igd, v4?: string): PortClient {
  const line = { ...gateway(LOCAL, '::1'), ...(v4 === undefined ? { v4: undefined } : {}) };
  const client = pinholeClients({ clock: systemClock }, { ssdpPort })(line);
  onTestFinished(() => client.close());
  return client;
}
