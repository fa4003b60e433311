// Where the discovery service of posemesh calls a node back: an address that it has published, and all who find it can write to.

import { freePort } from '../../bench/processes.ts';
import type { Stage, Surface } from '../attack.ts';
import { get, MIB, nested, post, values } from '../bytes.ts';
import { type NodeTarget, nodeStage } from '../node.ts';

export interface CallbackTarget extends NodeTarget {
  /** Its server for calls back, as strangers meet it. */
  readonly callback: { readonly host: string; readonly port: number };
}

const PATH = '/internal/v1/registrations';
const call = (body: string | Buffer, headers = '') => post(body, { path: PATH, headers });
const GOOD = JSON.stringify({ id: 'node', secret: 'a-secret', organization_id: 'o' });

/** It registers at a discovery service that is away, and so expects a call back all the time. */
async function stage(): Promise<Stage<CallbackTarget>> {
  const port = await freePort();
  const node = await nodeStage({
    settings: {
      'networks.posemesh.ddsBaseUrl': 'http://127.0.0.1:9',
      'networks.posemesh.dmsBaseUrl': 'http://127.0.0.1:9/v1',
      'networks.posemesh.registrationMode': 'callback',
      'networks.posemesh.regSecret': 'a-registration-secret',
      'networks.posemesh.nodeUrl': `http://127.0.0.1:${port}`,
      'networks.posemesh.httpHost': '0.0.0.0',
      'networks.posemesh.httpPort': port,
      'networks.posemesh.noop': true,
      'networks.posemesh.enabled': true,
    },
  });
  const target = { ...node.target, callback: { host: node.target.at.host, port } };
  return Object.defineProperties({ ...node, target }, { alive: { get: () => node.alive } });
}

export const posemeshCallback: Surface<CallbackTarget> = {
  name: 'posemesh call back',
  stage,
  attacks: [
    {
      name: 'calls that are none, too large, too deep and without end',
      exercises: ['posemesh servers: callbackBodyBytes', 'posemesh servers: callbackSecretBytes'],
      meets: ['400', '403', '404', '405', '413', '415', '422'],
      run: async ({ callback }, attacker) => {
        const calls = [
          call('{"id":'),
          call(nested(900_000)),
          call(values(MIB)),
          call('{"id":" "}'),
          call(JSON.stringify({ id: 'x', secret: 'x'.repeat(5000) })),
          call(JSON.stringify({ id: {}, secret: [] })),
          call('x'.repeat(3 * MIB)),
          post(GOOD, { path: PATH }).toString().replace('application/json', 'text/html'),
          get(PATH),
          get('/internal/v1/../../etc/passwd'),
        ];
        await attacker.crowd(2, async (number) => {
          for (const [at, each] of calls.entries()) if (at % 2 === number) await attacker.status(callback, each);
        });
      },
    },
    {
      name: 'registrations by strangers, without end',
      exercises: ['posemesh servers: callbacks'],
      meets: ['429'],
      run: async ({ callback, near }, attacker) => {
        await attacker.crowd(8, (number) =>
          attacker.status(number === 0 ? { ...callback, host: near.host } : callback, call(GOOD)),
        );
      },
    },
    {
      name: 'health probes in the name of the discovery service, heads that are too long, ends that never come',
      meets: ['200', '431'],
      run: async ({ callback }, attacker) => {
        const long = `X-Long: ${'x'.repeat(70_000)}\r\n`;
        await attacker.crowd(8, (number) =>
          attacker.status(callback, get('/health', number === 0 ? long : 'User-Agent: DDS v9\r\n')),
        );
      },
    },
    {
      name: 'connections that say nothing, and bodies that dribble',
      run: async ({ callback }, attacker) => {
        const half = call(GOOD).subarray(0, -10);
        await attacker.crowd(64, async (number) => {
          const socket = await attacker.open(callback);
          if (socket && number % 2 === 0) await attacker.send(socket, half);
          await attacker.wait();
        });
      },
    },
  ],
};
