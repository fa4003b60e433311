import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../../../src-main/base/logger.ts';
import { Gossip, type GossipDeps } from '../../../../../src-main/networks/iicp/mesh/gossip.ts';
import { HandClock } from '../../../../support/clock.ts';
import vectors from '../../../../vectors/iicp-peers.json' with { type: 'json' };

const signal = new AbortController().signal;
const entry = (node_id: string, more: object = {}) => ({
  node_id,
  endpoint: `https://${node_id}.example.org`,
  ...more,
});

function gossip(changes: Partial<GossipDeps> = {}) {
  const clock = new HandClock();
  const calls: { endpoint: string; body: string; signature: string | undefined }[] = [];
  let changed = 0;
  const mesh = new Gossip({
    clock,
    logger: silentLogger,
    directory: { bootstrap: async () => ({ peers: [entry('b'), entry('c')] }) },
    caller: {
      exchange: async (endpoint, body, signature) => {
        calls.push({ endpoint, body, signature });
        return { peers: [entry('d')] };
      },
    },
    self: () => ({
      nodeId: 'me',
      endpoint: 'https://me.example.org',
      relayCapable: false,
      relayPort: 9485,
      relayLoad: 0,
    }),
    operatorKey: () => '',
    local: false,
    changed: () => {
      changed += 1;
    },
    ...changes,
  });
  return { clock, calls, mesh, changes: () => changed };
}

const body = (...known_peers: unknown[]) => Buffer.from(JSON.stringify({ known_peers }));

describe('peer exchange as it is asked for', () => {
  it.each(vectors.vectors)('takes what the operator key has signed: $signature', ({ body: text, signature }) => {
    const { mesh } = gossip({ operatorKey: () => vectors.key });
    expect(mesh.receive(Buffer.from(text), signature, '1.2.3.4').status).toBe(200);
    expect(mesh.size).toBe(text.includes('node-b') ? 1 : 0);
  });

  it.each([
    ['none', undefined],
    ['an empty one', ''],
    ['another one', 'bd0249f60e1d1e64227390beae1164463198d8878f743a55642c22e36368c997'],
    ['one in capitals', vectors.vectors[0]!.signature.toUpperCase()],
    ['one that is too long', `${vectors.vectors[0]!.signature}0`],
  ])('turns away a signature that is wrong, and learns nothing: %s', (_name, signature) => {
    const { mesh } = gossip({ operatorKey: () => vectors.key });
    expect(mesh.receive(Buffer.from(vectors.vectors[0]!.body), signature, '1.2.3.4')).toEqual({
      status: 401,
      body: { error: { code: 'IICP-E012', message: 'invalid_signature' } },
    });
    expect(mesh.size).toBe(0);
  });

  it('hears everybody without a key, whatever is signed', () => {
    const { mesh } = gossip();
    expect(mesh.receive(body(entry('b')), 'nonsense', '1.2.3.4')).toEqual({ status: 200, body: { peers: [] } });
    expect(mesh.size).toBe(1);
  });

  it.each(['', 'no JSON', '[]', '{"known_peers":7}', '{"known_peers":["b"]}'])(
    'answers %j and learns nothing',
    (text) => {
      const { mesh } = gossip();
      expect(mesh.receive(Buffer.from(text), undefined, '1.2.3.4').status).toBe(200);
      expect(mesh.size).toBe(0);
    },
  );

  it('answers with those that have answered this node, in the four members of the protocol, and with nobody else', async () => {
    const { mesh, clock } = gossip();
    await mesh.round(signal);
    const heard = new Date(clock.now()).toISOString();
    await clock.turn(1000);
    expect(mesh.receive(body(entry('e'), 'f'), undefined, '1.2.3.4')).toEqual({
      status: 200,
      body: { peers: [{ node_id: 'b', endpoint: 'https://b.example.org', region: '', last_seen: heard }] },
    });
    // b and c of the directory, d of b, and e, which has just been told; the mere id counts for nothing.
    expect(mesh.size).toBe(4);
  });

  it('answers one caller 60 times a minute, and others meanwhile', async () => {
    const { mesh, clock } = gossip();
    const statuses = Array.from({ length: 61 }, () => mesh.receive(body(), undefined, '1.2.3.4'));
    expect(statuses.map(({ status }) => status)).toEqual([...Array.from({ length: 60 }, () => 200), 429]);
    expect(statuses.at(-1)!.retryAfterS).toBe(30);
    expect(mesh.receive(body(), undefined, '1.2.3.5').status).toBe(200);
    await clock.turn(60_000);
    expect(mesh.receive(body(), undefined, '1.2.3.4').status).toBe(200);
  });
});

describe('rounds', () => {
  it('ask the directory for five nodes at the start', async () => {
    const limits: number[] = [];
    const bootstrap = async (limit: number) => {
      limits.push(limit);
      return { peers: [entry('b')] };
    };
    const { mesh } = gossip({ directory: { bootstrap } });
    await mesh.round(signal);
    await mesh.round(signal);
    expect(limits).toEqual([5]);
  });

  it('begin with the directory, call those that answered and a new one every 30 s, and pass on only who has answered', async () => {
    const { mesh, clock, calls } = gossip();
    const stop = new AbortController();
    const running = mesh.run(stop.signal);
    await clock.turn(0);
    expect(calls).toEqual([
      {
        endpoint: 'https://b.example.org',
        signature: undefined,
        body: JSON.stringify({
          known_peers: [
            {
              node_id: 'me',
              endpoint: 'https://me.example.org',
              relay_capable: false,
              relay_accept_port: 9485,
              relay_load: 0,
            },
          ],
        }),
      },
    ]);
    await clock.turn(29_999);
    expect(calls).toHaveLength(1);
    await clock.turn(1);
    expect(calls.slice(1).map(({ endpoint }) => endpoint)).toEqual(['https://b.example.org', 'https://c.example.org']);
    const { known_peers } = JSON.parse(calls[1]!.body) as { known_peers: { node_id: string; last_seen?: string }[] };
    expect(known_peers.map(({ node_id }) => node_id)).toEqual(['b', 'me']);
    expect(known_peers[0]!.last_seen).toBe(new Date(clock.now() - 30_000).toISOString());
    stop.abort();
    await running;
    expect(clock.timers).toBe(0);
  });

  it('sign what they send where there is an operator key', async () => {
    const { mesh, calls } = gossip({ operatorKey: () => vectors.key });
    await mesh.round(signal);
    const verifier = gossip({ operatorKey: () => vectors.key }).mesh;
    expect(verifier.receive(Buffer.from(calls[0]!.body), calls[0]!.signature, '1.2.3.4').status).toBe(200);
  });

  it('pass on what was said of a relay, and nothing of one of which nothing was said', async () => {
    const said = { relay_capable: true, relay_accept_port: 7000, relay_load: 0.25 };
    const { mesh, calls } = gossip({
      directory: { bootstrap: async () => ({ peers: [entry('b'), entry('c', said)] }) },
    });
    for (let round = 0; round < 3; round += 1) await mesh.round(signal);
    const { known_peers } = JSON.parse(calls.at(-1)!.body) as { known_peers: { node_id: string }[] };
    const told = new Map(known_peers.map(({ node_id, ...rest }) => [node_id, rest]));
    expect(Object.keys(told.get('b')!).toSorted()).toEqual(['endpoint', 'last_seen', 'region']);
    expect(told.get('c')).toMatchObject(said);
  });

  it('tell nobody of a node without an address', async () => {
    const { mesh, calls } = gossip({
      self: () => ({ nodeId: 'me', endpoint: '', relayCapable: false, relayPort: 9485, relayLoad: 0 }),
    });
    await mesh.round(signal);
    expect(calls[0]!.body).toBe('{"known_peers":[]}');
  });

  it('ask the directory again when nobody is left, and outlive whatever it and peers do', async () => {
    let asked = 0;
    const { mesh, clock, changes } = gossip({
      directory: {
        bootstrap: async () => {
          asked += 1;
          if (asked < 3) throw new Error('away');
          return { peers: [entry('b')] };
        },
      },
      caller: { exchange: async () => Promise.reject(new Error('away')) },
    });
    for (let round = 0; round < 4; round += 1) {
      await mesh.round(signal);
      await clock.turn(30_000);
    }
    expect([asked, mesh.size, mesh.peers, changes()]).toEqual([4, 0, [], 0]);
  });
});
