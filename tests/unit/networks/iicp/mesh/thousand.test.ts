// Nodes that gossip, a tenth of them hostile, on a clock that is turned by hand. Nothing here waits. HEARTH_SOAK=1: a thousand.
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../../../src-main/base/logger.ts';
import { Gossip } from '../../../../../src-main/networks/iicp/mesh/gossip.ts';
import { mayBeCalled } from '../../../../../src-main/networks/iicp/mesh/peer-record.ts';
import { KEPT_A_ROUND, MOST_PEERS, SILENT_MS } from '../../../../../src-main/networks/iicp/mesh/peers.ts';
import { HandClock } from '../../../../support/clock.ts';
import { seededRandom } from '../../../../support/random.ts';

const NODES = process.env.HEARTH_SOAK === '1' ? 1000 : 100;
const HOSTILE = NODES / 10;
const DYING = NODES / 10;
const ROUND_MS = 30_000;
const signal = new AbortController().signal;

const endpointOf = (nodeId: string) => `https://${nodeId}.example.org`;
const PRIVATE = [
  'http://127.0.0.1:22',
  'http://192.168.1.1',
  'http://10.0.0.138/v1',
  'http://[::1]:9484',
  'http://[fd00::1]',
  'http://169.254.169.254/latest/meta-data',
  'http://localhost.:80',
  'http://nas.lan',
];

/** All that a hostile member says in one go: places inside, giants, wrong numbers, strangers that are made up, and the dead. */
function lies(at: number, dead: readonly string[]) {
  const invented = Array.from({ length: 100 }, (_, one) => ({
    node_id: `fake-${at}-${one}`,
    endpoint: `https://f${one}.h${at}.example.org`,
    last_seen: '2999-01-01T00:00:00Z',
  }));
  return [
    ...PRIVATE.map((endpoint, one) => ({ node_id: `inside-${one}`, endpoint })),
    { node_id: 'x'.repeat(2000), endpoint: 'https://giant.example.org' },
    { node_id: 'giant', endpoint: `https://giant.example.org/${'x'.repeat(2000)}` },
    {
      node_id: 'wrong',
      endpoint: 'https://wrong.example.org',
      relay_capable: 1,
      relay_accept_port: -1,
      relay_load: -1,
    },
    'text',
    null,
    ...dead.map((node_id) => ({ node_id, endpoint: endpointOf(node_id), last_seen: '2999-01-01T00:00:00Z' })),
    ...invented,
  ];
}

describe(`${NODES} nodes that gossip`, () => {
  it('stay bounded, call no private address, and forget the dead in 180 s whatever hostile ones say', async () => {
    const clock = new HandClock();
    const random = seededRandom(7);
    const ids = Array.from({ length: NODES }, (_, at) => `node-${at}`);
    const honest = new Map<string, Gossip>();
    const hostile = new Set(ids.slice(0, HOSTILE));
    const dead = new Set<string>();
    const called: string[] = [];
    let largest = 0;
    let biggest = 0;

    const node = (nodeId: string, address: string) =>
      new Gossip({
        clock,
        logger: silentLogger,
        directory: {
          bootstrap: async () => ({
            peers: Array.from({ length: 5 }, () => ids[random.int(NODES)]!)
              .filter((id) => !dead.has(id))
              .map((id) => ({ node_id: id, endpoint: endpointOf(id) })),
          }),
        },
        caller: {
          exchange: async (endpoint, body) => {
            called.push(endpoint);
            biggest = Math.max(biggest, body.length);
            const target = endpoint.slice('https://'.length).split('.', 1)[0]!;
            if (hostile.has(target)) return { peers: lies(Number(target.slice(5)), [...dead]) };
            const reached = dead.has(target) ? undefined : honest.get(target);
            if (!reached) throw new Error('nobody is there');
            const { status, body: answer } = reached.receive(Buffer.from(body), undefined, address);
            if (status !== 200) throw new Error(`refused with ${status}`);
            return answer;
          },
        },
        self: () => ({ nodeId, endpoint: endpointOf(nodeId), relayCapable: false, relayPort: 9485, relayLoad: 0 }),
        operatorKey: () => '',
        local: false,
        changed: () => {},
      });
    for (const [at, id] of ids.entries()) {
      if (!hostile.has(id)) honest.set(id, node(id, `93.184.${at >> 8}.${at & 255}`));
    }

    const living = () => [...honest].filter(([id]) => !dead.has(id));
    const round = async () => {
      for (const [, gossip] of living()) await gossip.round(signal);
      // Each hostile one floods two nodes, from one address, as often as it likes.
      for (const id of hostile) {
        const at = Number(id.slice(5));
        const body = Buffer.from(JSON.stringify({ known_peers: lies(at, [...dead]) }));
        for (let time = 0; time < 2; time += 1) {
          const [, victim] = living()[random.int(NODES - HOSTILE - dead.size)]!;
          victim.receive(body, undefined, `185.1.1.${at}`);
        }
      }
      for (const [, gossip] of living()) largest = Math.max(largest, gossip.size);
      await clock.turn(ROUND_MS);
    };

    for (let time = 0; time < 7; time += 1) await round();
    const known = living().map(([, gossip]) => gossip.peers.filter(({ nodeId }) => honest.has(nodeId)).length);
    expect(known.filter((count) => count >= 4).length).toBeGreaterThan(0.9 * known.length);

    for (const id of ids.slice(HOSTILE, HOSTILE + DYING)) dead.add(id);
    const vouched = () =>
      living()
        .flatMap(([, gossip]) => gossip.peers.map(({ nodeId }) => nodeId))
        .filter((id) => dead.has(id));
    for (let time = 0; time * ROUND_MS < SILENT_MS; time += 1) await round();
    await round();
    // Nobody vouches for them any more, and so no honest node names them.
    expect(vouched()).toEqual([]);
    called.length = 0;
    for (let time = 0; time < 4; time += 1) await round();
    expect(vouched()).toEqual([]);
    const futile = called.filter((endpoint) => dead.has(endpoint.slice('https://'.length).split('.', 1)[0]!)).length;
    // The hostile ones name them still; each honest node tries a name once in ten minutes at most.
    expect(futile).toBeLessThanOrEqual(living().length * dead.size);

    expect(largest).toBeLessThanOrEqual(MOST_PEERS);
    expect(biggest).toBeLessThan(8192);
    expect(called.length).toBeLessThanOrEqual(4 * (KEPT_A_ROUND + 1) * living().length);
    expect(called.every((endpoint) => mayBeCalled(endpoint, false))).toBe(true);
    expect(called.filter((endpoint) => PRIVATE.some((inside) => endpoint.startsWith(inside)))).toEqual([]);
  }, 120_000);
});
