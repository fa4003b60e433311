import { afterEach, describe, expect, it } from 'vitest';
import { hmacHex, receiptText, Signer, sha256Hex } from '../../../src-main/practice/iicp/signing.ts';
import { until } from '../../support/wait.ts';
import { CHAT, cxKey, type Joined, registration, type Town, town } from './directory-help.ts';
import { call } from './help.ts';

const open: Town[] = [];
const start = async (...options: Parameters<typeof town>) => {
  const one = await town(...options);
  open.push(one);
  return one;
};

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

const ids = (nodes: Record<string, unknown>[]) => nodes.map((node) => node.node_id);
const auth = (node: Joined) => ({ authorization: `Bearer ${node.node_token}`, 'x-node-id': node.node_id });

describe('POST /v1/heartbeat', () => {
  it('answers with the next beat, the reputation and a fresh challenge', async () => {
    const { register, beat } = await start({ nextHeartbeatMs: 5000 });
    const node = await register();
    const first = await beat(node);
    expect(first.body).toEqual({
      ok: true,
      next_heartbeat_ms: 5000,
      reputation_score: 0.5,
      reputation_model: expect.any(String),
      reputation_epoch: 0,
      metrics_batch_accepted: null,
      challenge: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect((await beat(node)).body.challenge).not.toBe(first.body.challenge);
  });

  it('tells verified, missing and wrong answers to its challenge apart, and asks nothing on the first beat', async () => {
    const { register, beat, directory } = await start();
    const node = await register();
    const first = await beat(node);
    const right = hmacHex(node.node_hmac_key, first.body.challenge as string);
    const second = await beat(node, { challenge_response: right });
    // The answer to the second challenge got lost on its way: the node still holds the first.
    await beat(node, { challenge_response: right });
    await beat(node);
    await beat(node, { challenge_response: hmacHex('wrong key', second.body.challenge as string) });
    expect(directory.livenessOf('node-1')).toEqual({ verified: 2, missing: 1, wrong: 1 });
  });

  it('counts a batch once, however often it comes, and echoes its id each time', async () => {
    const { register, beat, directory } = await start();
    const node = await register();
    const batch = { metrics: { tasks_success: 3, tasks_failed: 1, avg_latency_ms: 12.5 }, metrics_batch_id: 'batch-1' };
    const replies = [
      await beat(node, batch),
      await beat(node, batch),
      await beat(node, { ...batch, metrics_batch_id: 'batch-2' }),
    ];
    expect(replies.map(({ body }) => body.metrics_batch_accepted)).toEqual(['batch-1', 'batch-1', 'batch-2']);
    expect(directory.metricsOf('node-1')).toEqual({ success: 6, failed: 2 });
    expect(directory.beatsOf('node-1')).toBe(3);
  });

  it('believes at most a thousand tasks and a tenth of reputation in one beat', async () => {
    const { register, beat, directory } = await start();
    const node = await register();
    const { body } = await beat(node, { metrics: { tasks_success: 5000 } });
    expect([directory.metricsOf('node-1').success, body.reputation_score]).toEqual([1000, 0.6]);
    expect((await beat(node, { metrics: { tasks_failed: 30 } })).body.reputation_score).toBe(0.3);
  });

  it('refuses unknown nodes and old tokens alike with 401', async () => {
    const { register, beat, post } = await start();
    const old = await register();
    const now = await register({ current_node_token: old.node_token });
    const replies = [
      await beat(old),
      await beat({ ...now, node_id: 'nobody' }),
      await post('/v1/heartbeat', { node_id: 'node-1' }),
    ];
    expect(replies.map(({ status, body }) => [status, (body.error as { code: string }).code])).toEqual(
      Array(3).fill([401, 'unauthorized']),
    );
    expect((await beat(now)).status).toBe(200);
  });

  it.each<[string, Record<string, unknown>]>([
    ['negative tasks', { metrics: { tasks_success: -1 } }],
    ['half a task', { metrics: { tasks_success: 0.5 } }],
    ['a batch id with a space', { metrics: {}, metrics_batch_id: 'a b' }],
    ['a batch id of 65 characters', { metrics: {}, metrics_batch_id: 'b'.repeat(65) }],
    ['a load of 2', { load: 2 }],
    ['a backend state nobody knows', { backend_stability: { backend_state: 'sleepy', reason_class: 'ok' } }],
    ['a backend state without its reason', { backend_stability: { backend_state: 'ok' } }],
    ['a reason nobody knows', { backend_stability: { backend_state: 'draining', reason_class: 'tea' } }],
    ['a model name of 129 characters', { health_models: ['m'.repeat(129)] }],
    ['an answer that is no HMAC', { challenge_response: 'yes' }],
  ])('refuses %s and counts nothing', async (_, more) => {
    const { register, beat, directory } = await start();
    const reply = await beat(await register(), more);
    expect([reply.status, directory.beatsOf('node-1'), directory.metricsOf('node-1')]).toEqual([
      422,
      0,
      { success: 0, failed: 0 },
    ]);
  });

  it('drops a node after 90 s of silence and takes it back with its next beat', async () => {
    const { register, beat, clock, discover } = await start();
    const node = await register();
    clock.turn(89_000);
    expect(ids(await discover())).toEqual(['node-1']);
    clock.turn(2000);
    expect(await discover()).toEqual([]);
    expect((await beat(node)).status).toBe(200);
    expect(ids(await discover())).toEqual(['node-1']);
  });
});

describe('DELETE /v1/register', () => {
  it('takes the node out, for its owner only', async () => {
    const { register, directory, discover } = await start();
    const node = await register();
    const leave = (token: string) =>
      call(`${directory.url}/v1/register`, 'DELETE', { node_id: 'node-1' }, { authorization: `Bearer ${token}` });
    expect((await leave('wrong')).status).toBe(401);
    expect((await leave(node.node_token)).body).toEqual({ deregistered: true });
    expect(await discover()).toEqual([]);
    expect((await leave(node.node_token)).status).toBe(404);
  });
});

describe('GET /v1/discover', () => {
  it('tells a consumer what it needs to call a node', async () => {
    const { register, discover, endpoint } = await start();
    await register({ cx_public_key: cxKey(1, ['response_encryption_v1']), exposure_mode: 'ipv4_public_direct' });
    const [node] = await discover();
    expect(node).toMatchObject({
      node_id: 'node-1',
      endpoint,
      available: true,
      region: 'eu-central',
      load: 0,
      models: ['m1'],
      cx_public_key: cxKey(1, ['response_encryption_v1']),
      exposure_mode: 'ipv4_public_direct',
      transport: ['http'],
    });
    // 0.35 + 0.28 + 0.18 * 4/16 + 0.09 + 0.1 * 0.5
    expect(node?.score).toBeCloseTo(0.815, 10);
  });

  it('shows neither address nor key in the public view', async () => {
    const { register, discover } = await start();
    await register({ cx_public_key: cxKey(1) });
    const [node] = await discover(`intent=${CHAT}&view=public`);
    expect(node).not.toHaveProperty('endpoint');
    expect(node).not.toHaveProperty('node_id');
    expect(node).not.toHaveProperty('cx_public_key');
  });

  it('ranks by key, version, region, room and price', async () => {
    const { register, beat, discover } = await start();
    const key = { cx_public_key: cxKey(1) };
    await register({ node_id: 'plain' });
    await register({ node_id: 'keyed', ...key });
    await register({ node_id: 'old', ...key, sdk_version: '0.7.67' });
    await register({ node_id: 'roomy', ...key, limits: { max_concurrent: 16, tokens_per_min: 1 } });
    const busy = await register({ node_id: 'busy', ...key });
    await beat(busy, { load: 1 });
    await register({ node_id: 'elsewhere', ...key, region: 'us-east' });
    expect(ids(await discover(`intent=${CHAT}&region=eu-central`))).toEqual([
      'roomy',
      'keyed',
      'plain',
      'old',
      'elsewhere',
      'busy',
    ]);
    await register({ node_id: 'dear', ...key, pricing: { credit_cost_multiplier: 3 } });
    expect(ids(await discover(`intent=${CHAT}&region=eu-central&model=m1`)).slice(0, 3)).toEqual([
      'roomy',
      'keyed',
      'dear',
    ]);
  });

  it('hides nodes that cannot serve now', async () => {
    const { register, beat, discover } = await start();
    const node = await register();
    for (const state of [
      { health_models: [] },
      { available: false },
      { backend_stability: { backend_state: 'draining', reason_class: 'backend_loading' } },
      { backend_stability: { backend_state: 'unavailable', reason_class: 'observer_error' } },
    ]) {
      await beat(node, { health_models: ['m1'], ...state });
      expect(await discover(), JSON.stringify(state)).toEqual([]);
    }
    const cold = { backend_state: 'degraded', reason_class: 'backend_cold' };
    await beat(node, { health_models: ['m1'], backend_stability: cold });
    expect(ids(await discover())).toEqual(['node-1']);
  });

  it('filters by model, modality, reputation, class of service and cooperation', async () => {
    const { register, beat, discover } = await start();
    const node = await register({ policy: { allow_remote_inference: true, allow_tool_execution: false } });
    const found = async (query: string) => (await discover(`intent=${CHAT}&${query}`)).length;
    expect([
      await found('model=m1'),
      await found('model=m2'),
      await found('modality=text'),
      await found('modality=image'),
    ]).toEqual([1, 0, 1, 0]);
    expect([await found('min_reputation=0.5'), await found('min_reputation=0.51')]).toEqual([1, 0]);
    expect([await found('cip_capable=1'), await found('relay_capable=true')]).toEqual([1, 0]);
    expect([await found('qos=best-effort'), await found('qos=interactive'), await found('qos=realtime')]).toEqual([
      1, 0, 0,
    ]);
    for (let i = 0; i < 3; i++) await beat(node, { metrics: { tasks_success: 500 } });
    expect([await found('qos=interactive'), await found('qos=realtime')]).toEqual([1, 1]);
    await beat(node, { health_models: ['m2'] });
    expect([await found('model=m1'), await found('model=m2')]).toEqual([0, 1]);
  });

  it('caps its answer at ten nodes unless asked, and at fifty always', async () => {
    const { register, discover } = await start({ registrationsPerMinute: 100 });
    for (let i = 0; i < 52; i++)
      await register({ node_id: `n${i}`, nat_type: 'full_cone', transport_method: 'direct' });
    expect((await discover()).length).toBe(10);
    expect((await discover(`intent=${CHAT}&limit=500`)).length).toBe(50);
  });

  it.each([
    '',
    'intent=llm',
    `intent=${CHAT}&min_reputation=1.1`,
    `intent=${CHAT}&min_reputation=high`,
    `intent=${CHAT}&qos=best_effort`,
    `intent=${CHAT}&limit=-1`,
  ])('refuses the query "%s"', async (query) => {
    const { get } = await start();
    expect((await get(`/v1/discover?${query}`)).status).toBe(422);
  });
});

describe('the other routes', () => {
  it('list live nodes to newcomers, unknown peers to nodes, and the registry to all', async () => {
    const { register, get, post } = await start();
    const uuid = '8c3b4f0e-6a3b-4f5e-9d4c-0a1b2c3d4e5f';
    const node = await register();
    await register({ node_id: uuid });
    expect((await get('/v1/bootstrap?limit=1')).body).toMatchObject({
      count: 1,
      peers: [{ last_seen: expect.any(String) }],
    });
    const peers = await post('/v1/peers', { node_id: 'node-1', known_peers: [] }, node.node_token);
    expect(peers.body).toMatchObject({ count: 1, peers: [{ node_id: uuid, last_seen: null }] });
    expect((await post('/v1/peers', { node_id: 'node-1' }, 'wrong')).status).toBe(401);
    expect((await get('/v1/registry/nodes')).body).toMatchObject({ total: 2 });
    expect((await get('/v1/registry/nodes/8c3b4f0e')).body).toMatchObject({
      node_id_prefix: '8c3b4f0e',
      routable: true,
    });
    expect((await get('/v1/registry/nodes/00000000')).status).toBe(404);
    expect((await get('/v1/registry/intents')).body).toEqual({ intents: [{ intent: CHAT, node_count: 2 }] });
    expect((await get('/v1/registry/stats')).body).toMatchObject({ active_nodes: 2 });
    expect((await get('/v1/stats')).body).toMatchObject({
      server: { active_nodes: 2 },
      credit_schedule: { tokens_per_credit: 1000 },
    });
    expect((await get('/v1/node/node-1')).body).toMatchObject({ node_id: 'node-1' });
    expect((await get('/v1/me')).body).toEqual({ observed_source_ip: '127.0.0.1' });
    expect([(await get('/v1/nowhere')).status, (await get('/v1/heartbeat')).status]).toEqual([404, 405]);
  });

  it('sign with the key they publish', async () => {
    const seed = new Uint8Array(32).fill(7);
    const { register, get, directory } = await start({ ed25519Seed: seed });
    const node = await register();
    const signer = new Signer(seed);
    expect((await get('/v1/directory-key')).body).toEqual({ public_key: signer.publicKeyHex, algorithm: 'ed25519' });
    const ask = (path: string, body: unknown) => call(`${directory.url}${path}`, 'POST', body, auth(node));
    const consumer = await ask('/v1/consumer-token', { target_node_id: 'node-2', intent: CHAT });
    const ticket = await ask('/v1/relay/ticket', { relay_node_id: 'relay-1' });
    const claimsOf = (token: unknown) =>
      JSON.parse(Buffer.from(String(token).split('.')[0]!, 'base64url').toString()) as Record<string, number>;
    const claims = claimsOf(consumer.body.token);
    expect([consumer.status, claims]).toMatchObject([
      201,
      { v: 1, iss: directory.url, sub: 'node-1', aud: 'node-2', intent: CHAT },
    ]);
    expect(claims.exp! - claims.iat!).toBe(300);
    expect(consumer.body.token).toBe(signer.token('iicp:consumer-token:v1\n', claims));
    const bind = claimsOf(ticket.body.ticket);
    expect([ticket.status, bind]).toMatchObject([
      201,
      { typ: 'relay-bind-ticket', jti: expect.stringMatching(/^[0-9a-f]{32}$/), aud: 'relay-1' },
    ]);
    expect(ticket.body.ticket).toBe(signer.token('iicp:relay-bind-ticket:v1\n', bind));
  });

  it('say 503 where no key is configured', async () => {
    const { get } = await start({ ed25519Seed: null });
    expect((await get('/v1/directory-key')).status).toBe(503);
  });
});

describe('credits', () => {
  const receipt = (node: Joined, more: Record<string, unknown> = {}) => {
    const fields = {
      task_id: 'task-1',
      tokens_used: 500,
      nonce: 'n'.repeat(32),
      response_hash: sha256Hex('{}'),
      ...more,
    };
    const text = receiptText({
      taskId: fields.task_id,
      tokensUsed: fields.tokens_used,
      nonce: fields.nonce,
      responseHash: fields.response_hash,
      queryingNodeId: more.querying_node_id as string | undefined,
    });
    const signature = hmacHex(node.node_hmac_key, text);
    return {
      node_id: node.node_id,
      amount: 0.5,
      expires_at: new Date(Date.now() + 300_000).toISOString(),
      signature,
      reason: 'task_completion',
      ...fields,
    };
  };

  it('come from a signed receipt, once, and stand in balance, summary and transactions', async () => {
    const { register, directory, get } = await start();
    const node = await register();
    const hand = (body: unknown) => call(`${directory.url}/v1/credits/award`, 'POST', body, auth(node));
    const first = await hand(receipt(node));
    expect([first.status, first.body]).toMatchObject([201, { awarded: 0.5, balance: 0.5 }]);
    expect((await hand(receipt(node))).status).toBe(409);
    expect((await get('/v1/credits/balance', auth(node))).body).toEqual({
      node_id: 'node-1',
      balance: 0.5,
      unit: 'credit',
      tokens_per_credit: 1000,
    });
    expect((await get('/v1/credits/summary', auth(node))).body).toMatchObject({
      total_earned: 0.5,
      total_spent: 0,
      tx_count: 1,
      reconciles: true,
    });
    expect((await get('/v1/credits/transactions', auth(node))).body).toMatchObject({
      total: 1,
      transactions: [{ amount: 0.5, task_id: 'task-1' }],
    });
    expect((await get(`/v1/credits/quote?intent=${CHAT}&tokens=1500`, auth(node))).body).toMatchObject({
      min_credits: 2,
      nodes_quoted: 1,
      balance_sufficient: false,
    });
  });

  it.each<[string, Record<string, unknown>, number, Record<string, unknown>]>([
    ['caps the amount at 1.1 times the tokens', { amount: 9 }, 201, { awarded: 0.55 }],
    [
      'refuses an award that would be nothing',
      { tokens_used: 0, amount: 0.001 },
      422,
      { error: { code: 'validation_error' } },
    ],
    ['refuses a wrong signature', { signature: '0'.repeat(64) }, 422, { error: { code: 'IICP-E027' } }],
    [
      'refuses a receipt that ran out',
      { expires_at: '2020-01-01T00:00:00Z' },
      422,
      { error: { code: 'validation_error' } },
    ],
    ['refuses a short nonce', { nonce: 'short' }, 422, { error: { code: 'validation_error' } }],
    ['pays nobody for its own question', { querying_node_id: 'node-1' }, 200, { awarded: 0 }],
    ['pays for a question of another node', { querying_node_id: 'consumer-1' }, 201, { awarded: 0.5 }],
  ])('%s', async (_, more, status, body) => {
    const { register, directory } = await start();
    const node = await register();
    const reply = await call(`${directory.url}/v1/credits/award`, 'POST', receipt(node, more), auth(node));
    expect([reply.status, reply.body]).toMatchObject([status, body]);
  });

  it.each([
    ['GET', '/v1/credits/balance'],
    ['GET', '/v1/credits/summary'],
    ['GET', '/v1/credits/transactions'],
    ['GET', '/v1/credits/quote'],
    ['POST', '/v1/credits/award'],
    ['POST', '/v1/consumer-token'],
    ['POST', '/v1/relay/ticket'],
  ])('are told to nobody without a token: %s %s', async (method, path) => {
    const { directory } = await start();
    const reply = await call(`${directory.url}${path}`, method, method === 'POST' ? {} : undefined, {});
    expect([reply.status, reply.body]).toMatchObject([401, { error: { code: 'unauthorized' } }]);
  });

  it('ask who is asking: 422 without id, 404 for a stranger, 401 for a wrong token', async () => {
    const { register, get } = await start();
    const node = await register();
    const ask = async (headers: Record<string, string>) => (await get('/v1/credits/balance', headers)).status;
    expect([
      await ask({ authorization: `Bearer ${node.node_token}` }),
      await ask({ ...auth(node), 'x-node-id': 'stranger' }),
      await ask({ authorization: 'Bearer wrong', 'x-node-id': 'node-1' }),
    ]).toEqual([422, 404, 401]);
  });
});

describe('faults', () => {
  it.each([401, 404, 410, 500])('answers %i and does nothing, until switched off', async (status) => {
    const { register, beat, directory } = await start();
    const node = await register();
    directory.fault({ status });
    expect((await beat(node)).status).toBe(status);
    directory.fault(null);
    expect((await beat(node)).status).toBe(200);
    expect([directory.beatsOf('node-1'), directory.asked('POST /v1/heartbeat')]).toEqual([1, 2]);
  });

  it('answers garbage, or points elsewhere keeping path and query', async () => {
    const { get, directory } = await start();
    directory.fault('garbage');
    expect((await get('/v1/stats')).text).toContain('<html>');
    directory.fault({ redirect: 'http://elsewhere.example.com/' });
    const reply = await get('/api/v1/discover?intent=x');
    expect([reply.status, reply.headers.get('location'), reply.headers.get('x-iicp-redirect-reason')]).toEqual([
      307,
      'http://elsewhere.example.com/api/v1/discover?intent=x',
      'replica_mode',
    ]);
  });

  it('stays silent until the caller gives up', async () => {
    const { directory } = await start();
    directory.fault('silent');
    const caller = new AbortController();
    const answer = fetch(`${directory.url}/v1/stats`, { signal: caller.signal });
    await until('its question', () => directory.asked('GET /v1/stats') === 1);
    caller.abort();
    await expect(answer).rejects.toThrow();
  });

  it('does the work but drops the answer, so that the batch is settled by the next beat', async () => {
    const { register, beat, directory } = await start();
    const node = await register();
    const batch = { metrics: { tasks_success: 2 }, metrics_batch_id: 'lost' };
    directory.fault('drop', { route: '/v1/heartbeat', times: 1 });
    await expect(beat(node, batch)).rejects.toThrow();
    expect((await beat(node, batch)).body.metrics_batch_accepted).toBe('lost');
    expect(directory.metricsOf('node-1')).toEqual({ success: 2, failed: 0 });
  });

  it('strikes only the route it is meant for, so many times', async () => {
    const { register, beat, get, directory } = await start();
    const node = await register();
    directory.fault({ status: 500 }, { route: '/v1/heartbeat', times: 2 });
    expect((await get('/v1/stats')).status).toBe(200);
    const statuses = [(await beat(node)).status, (await beat(node)).status, (await beat(node)).status];
    expect(statuses).toEqual([500, 500, 200]);
  });

  it('forgets a node as a directory that lost its database would', async () => {
    const { register, beat, directory, post, endpoint } = await start();
    const node = await register();
    directory.forget('node-1');
    expect((await beat(node)).status).toBe(401);
    const back = await post('/v1/register', registration(endpoint, { current_node_token: node.node_token }));
    expect([back.status, back.body.recovered]).toEqual([201, false]);
  });
});
