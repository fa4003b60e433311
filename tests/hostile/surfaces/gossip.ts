// POST /v1/peers: what strangers say of other nodes. This node is in the open, where private addresses are nobody's to name.
import fc from 'fast-check';
import type { Surface } from '../attack.ts';
import { nested, post, some, values } from '../bytes.ts';
import { type NodeTarget, nodeStage } from '../node.ts';

const told = (peers: readonly unknown[], headers = '') =>
  post(JSON.stringify({ known_peers: peers }), { path: '/v1/peers', headers });
const peer = (at: number, more: Readonly<Record<string, unknown>> = {}) => ({
  node_id: `peer-${at}`,
  endpoint: `http://8.8.${(at >> 8) & 255}.${at & 255}:9484`,
  ...more,
});

const odd = fc.oneof(
  fc.constantFrom(
    null,
    -1,
    1e308,
    '',
    '__proto__',
    'a'.repeat(300),
    '\u202enode',
    'http://127.0.0.1:1',
    'file:///etc/passwd',
  ),
  fc.jsonValue({ maxDepth: 2 }),
);
const hostilePeers = fc.array(
  fc.record(
    { node_id: odd, endpoint: odd, region: odd, relay_capable: odd, relay_accept_port: odd, relay_load: odd },
    { requiredKeys: [] },
  ),
  { maxLength: 300 },
);

const PRIVATE = [
  '127.0.0.1',
  '127.1',
  '0.0.0.0',
  '[::1]',
  '[::ffff:127.0.0.1]',
  '10.0.0.1',
  '169.254.169.254',
  'localhost',
  '2130706433',
];

export const gossip: Surface<NodeTarget> = {
  name: 'gossip',
  stage: () => nodeStage({ far: true, settings: { 'networks.iicp.mesh': true } }),
  attacks: [
    {
      name: 'ten thousand peers at once, from all sides',
      exercises: ['peer exchange: named', 'peer exchange: peers', 'peer exchange: ofASource', 'peer exchange: body'],
      meets: ['413'],
      run: (to, attacker) => {
        let at = 0;
        return attacker.crowd(8, async (number) => {
          const many = number === 0 ? 10_000 : 1500;
          at += many;
          const peers = Array.from({ length: many }, (_, index) => peer(at + index));
          await attacker.status(number % 2 === 0 ? to.at : to.near, told(peers));
        });
      },
    },
    {
      name: 'exchanges without number',
      exercises: ['peer exchange: exchanges'],
      meets: ['429'],
      run: (to, attacker) => attacker.crowd(8, () => attacker.status(to.at, told([peer(1)]))),
    },
    {
      name: 'addresses that are this computer’s own, or its neighbours’',
      avoids: ['called'],
      run: async (to, attacker) => {
        const bait = await attacker.listen(() => attacker.met('called'));
        const peers = PRIVATE.map((host, at) => peer(at, { endpoint: `http://${host}:${bait.port}` }));
        await attacker.crowd(2, () => attacker.status(to.near, told(peers)));
        bait.close();
      },
    },
    {
      name: 'names that are huge, odd, or no names',
      exercises: ['JSON that peers and directories tell: depth', 'JSON that peers and directories tell: values'],
      run: (to, attacker) => {
        const bodies = some(hostilePeers, 100, attacker.seed).map((peers) => told(peers));
        const deep = post(`{"known_peers":${nested(100_000)}}`, { path: '/v1/peers' });
        const small = post(`{"known_peers":${values(250_000)}}`, { path: '/v1/peers' });
        const all = [...bodies, deep, small];
        return attacker.crowd(4, (number) => {
          const at = (attacker.seen.get('200') ?? 0) + number;
          return attacker.status(number % 2 === 0 ? to.near : to.at, all[at % all.length]!);
        });
      },
    },
  ],
};
