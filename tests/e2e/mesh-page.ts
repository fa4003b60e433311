// FIPS as somebody has it who has used it for a while, for its page to be looked at: a neighbour, peers that can't be reached for
// several reasons, a relay, and an advert.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { systemRandom } from '../../src-main/base/random.ts';
import { connectSocket } from '../../src-main/faces/socket.ts';
import { Identity } from '../../src-main/networks/fips/identity/identity.ts';
import { startRelay } from '../../src-main/practice/nostr/relay.ts';
import { freePort } from '../support/network.ts';
import { until } from '../support/wait.ts';

export interface JoinedMesh {
  stop(): Promise<void>;
}

const NEIGHBOUR = 0x71;
const npubOf = (secret: number) => Identity.of(Buffer.alloc(32, secret))!.npub;

/** In the node whose data folder this is. */
export async function meshJoined(data: string): Promise<JoinedMesh> {
  const relay = await startRelay({ random: systemRandom });
  const port = await freePort();
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, '../support/fips-node-child.ts'), JSON.stringify({ secret: NEIGHBOUR, port })],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const node = await until('the node', () => connectSocket(data).catch(() => undefined));
  const set = async (path: string, value: unknown) =>
    void (await node.request('settings.set', { path, value } as never));
  await set('setup.done', true);
  const peer = (secret: number, alias: string, ...addresses: readonly (readonly [string, string])[]) => ({
    npub: npubOf(secret),
    alias,
    connect: true,
    addresses: addresses.map(([transport, addr]) => ({ transport, addr, priority: 100 })),
  });
  await set('networks.fips.peers', [
    peer(NEIGHBOUR, 'attic', ['udp', `127.0.0.1:${port}`]),
    peer(0x72, 'garage', ['tcp', '127.0.0.1:1'], ['udp', 'garage.invalid:2121']),
    peer(0x73, 'cabin'),
  ]);
  for (const [name, value] of Object.entries({
    udpBind: `127.0.0.1:${await freePort()}`,
    relays: [relay.url],
    advertise: true,
    udpExternal: '8.8.8.8',
    transit: true,
    enabled: true,
  })) {
    await set(`networks.fips.${name}`, value);
  }
  await until('the neighbour', async () => {
    const { value } = await node.request('networks.get', undefined);
    return value.some((view) => view.id === 'fips' && view.detail.neighbours === 1);
  });
  node.close();
  return {
    async stop() {
      child.stdin.end();
      await once(child, 'exit');
      await relay.stop();
    },
  };
}
