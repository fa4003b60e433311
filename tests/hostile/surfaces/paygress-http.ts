// Where customers of Paygress come over HTTP: told in its offers, so that everybody knows it.

import { connectSocket } from '../../../src-main/faces/socket.ts';
import { freePort } from '../../bench/processes.ts';
import { until } from '../../support/wait.ts';
import type { Stage, Surface } from '../attack.ts';
import { get, MIB, nested, post, values } from '../bytes.ts';
import { type NodeTarget, nodeStage } from '../node.ts';

interface ShopTarget extends NodeTarget {
  readonly shop: { readonly host: string; readonly port: number };
}

const SPAWN = '/pods/spawn';
const ask = (body: string | Buffer, headers = '', path = SPAWN) => post(body, { path, headers });
const TOKEN = `cashuB${'o2FteCJodHRwOi8vbG9jYWxob3N0OjMz'.repeat(200)}`;

/** It sells, as far as its settings go; that there is no engine and no mint is found out after everything that is attacked here. */
async function stage(): Promise<Stage<ShopTarget>> {
  const port = await freePort();
  const node = await nodeStage({
    settings: {
      'networks.paygress.relays': ['ws://127.0.0.1:9'],
      'networks.paygress.address': '127.0.0.1',
      'networks.paygress.http': true,
      'networks.paygress.httpBind': '0.0.0.0',
      'networks.paygress.httpPort': port,
      'networks.paygress.enabled': true,
    },
  });
  const own = await connectSocket(node.target.dataDir);
  await own!.request('wallet.make', {});
  own!.close();
  const target = { ...node.target, shop: { host: node.target.at.host, port } };
  await until('the shop', () =>
    fetch(`http://127.0.0.1:${port}/health`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  return Object.defineProperties({ ...node, target }, { alive: { get: () => node.alive } });
}

export const paygressHttp: Surface<ShopTarget> = {
  name: 'Paygress over HTTP',
  stage,
  attacks: [
    {
      name: 'requests that are none, too large, too deep, and shell in every member',
      meets: ['400', '402', '404', '405', '413', '415'],
      run: async ({ shop }, attacker) => {
        const shell = '$(reboot)`reboot`; rm -rf / #';
        const calls = [
          ask('{"pod_spec_id":'),
          ask(nested(100_000)),
          ask(values(MIB / 10)),
          ask('x'.repeat(3 * MIB)),
          ask('{}'),
          ask(JSON.stringify({ pod_image: shell, template_slug: shell, ssh_password: shell, requester_npub: shell })),
          ask(JSON.stringify({ pod_npub: `container-1-${'A'.repeat(22)}`, cashu_token: TOKEN }), '', '/pods/topup'),
          ask(JSON.stringify({ pod_npub: '../../etc/passwd', cashu_token: TOKEN }), '', '/pods/topup'),
          ask('{}').toString().replace('application/json', 'text/html'),
          get(SPAWN),
          get('/pods/../../etc/passwd'),
        ];
        await attacker.crowd(2, async (number) => {
          for (const [at, each] of calls.entries()) if (at % 2 === number) await attacker.status(shop, each);
        });
      },
    },
    {
      name: 'tokens that are none, by one caller without end',
      exercises: ['Paygress requests: perKey'],
      meets: ['429'],
      run: async ({ shop }, attacker) => {
        const calls = [
          ask('{}', `Authorization: Cashu ${TOKEN}\r\n`),
          ask('{}', 'X-Cashu: cashuBAAAA\r\n'),
          ask(JSON.stringify({ cashu_token: `cashuA${'A'.repeat(90_000)}` })),
        ];
        await attacker.crowd(8, (number) => attacker.status(shop, calls[number % calls.length]!));
      },
    },
    {
      name: 'the same behind a proxy, each time in another name',
      meets: ['402'],
      run: async ({ shop, near }, attacker) => {
        let caller = 0;
        await attacker.crowd(8, () => {
          caller += 1;
          const name = `${(caller >> 16) & 255}.${(caller >> 8) & 255}.${caller & 255}`;
          return attacker.status({ ...shop, host: near.host }, ask('{}', `X-Forwarded-For: 10.${name}\r\n`));
        });
      },
    },
    {
      name: 'heads that are too long, connections that say nothing, and bodies that dribble',
      meets: ['200', '431'],
      run: async ({ shop }, attacker) => {
        const half = ask('{"pod_spec_id":"basic"}').subarray(0, -10);
        const long = `X-Cashu: ${'x'.repeat(70_000)}\r\n`;
        await attacker.crowd(64, async (number) => {
          if (number < 4) {
            await attacker.status(shop, get('/health', number < 2 ? long : ''));
            return;
          }
          const socket = await attacker.open(shop);
          if (socket && number % 2 === 0) await attacker.send(socket, half);
          await attacker.wait();
        });
      },
    },
  ],
};
