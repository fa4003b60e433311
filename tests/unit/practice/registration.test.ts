import { afterEach, describe, expect, it } from 'vitest';
import { looksPublic } from '../../../src-main/practice/addresses.ts';
import { Refusal } from '../../../src-main/practice/iicp/directory/exchange.ts';
import { readRegistration } from '../../../src-main/practice/iicp/directory/registration-rules.ts';
import { CHAT, cxKey, registration, type Town, town } from './directory-help.ts';
import { vectors } from './help.ts';

const open: Town[] = [];
const start = async (...options: Parameters<typeof town>) => {
  const one = await town(...options);
  open.push(one);
  return one;
};

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

const PUBLIC = 'https://node.example.com';

function verdict(more: Record<string, unknown>, endpoint = PUBLIC): string {
  try {
    readRegistration(registration(endpoint, more), { allowPrivate: false });
    return 'accepted';
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return `${error.status} ${(error.body.error as { code: string }).code}`;
  }
}

const capability = { intent: CHAT, models: ['m1'], max_tokens: 1, input_modalities: ['text'] };
const nodeIds = vectors<{ valid: string[]; invalid: string[] }>('iicp-node-ids');
const delegation = vectors<Record<string, unknown>>('iicp-delegation');

describe('the rules of registration', () => {
  it.each<[string, Record<string, unknown>]>([
    ['the least a node can send', {}],
    ['no models at all', { capabilities: [{ intent: CHAT, models: [] }] }],
    [
      'one intent in two modality groups',
      { capabilities: [capability, { ...capability, models: ['m2'], input_modalities: ['text', 'image'] }] },
    ],
    ['the same version in both version members', { sdk_version: '0.7.107', sdk_compatibility_version: '0.7.107' }],
    ['a well-formed CX key', { cx_public_key: cxKey(1, ['response_encryption_v1']) }],
    ['an implementation name with a scope', { implementation_name: '@acme/node', implementation_version: '1.0.0+b1' }],
    ['a window over midnight', { availability: [{ start: '22:00', end: '06:00', share: 0.5 }] }],
    ['a receipt profile it knows', { supported_receipt_profiles: ['consumer_cosignature_v1'] }],
    ['members it does not know', { favourite_colour: 'ember' }],
    ['a delegation of the right shape', { operator_delegation: { ...delegation } }],
    ...nodeIds.valid.map((node_id): [string, Record<string, unknown>] => [`the node id ${node_id}`, { node_id }]),
  ])('accept %s', (_, more) => {
    expect(verdict(more)).toBe('accepted');
  });

  it.each<[string, Record<string, unknown>]>([
    ['a missing region', { region: undefined }],
    ['a region of 65 characters', { region: 'r'.repeat(65) }],
    ['a region with a space', { region: 'EU Central' }],
    ['no capability', { capabilities: [] }],
    ['an intent that is no URN of ours', { capabilities: [{ ...capability, intent: 'llm:chat' }] }],
    ['an intent without version', { capabilities: [{ ...capability, intent: 'urn:iicp:intent:llm:chat' }] }],
    ['an intent of one segment', { capabilities: [{ ...capability, intent: 'urn:iicp:intent:chat:v1' }] }],
    ['an upper-case intent', { capabilities: [{ ...capability, intent: 'urn:iicp:intent:LLM:chat:v1' }] }],
    ['max_tokens 0', { capabilities: [{ ...capability, max_tokens: 0 }] }],
    ['65 models', { capabilities: [{ ...capability, models: Array.from({ length: 65 }, (_, i) => `m${i}`) }] }],
    ['a model named twice', { capabilities: [{ ...capability, models: ['m1', 'm1'] }] }],
    ['a model name of 256 characters', { capabilities: [{ ...capability, models: ['m'.repeat(256)] }] }],
    ['smell as a modality', { capabilities: [{ ...capability, input_modalities: ['smell'] }] }],
    [
      '17 profiles',
      {
        capabilities: [
          { ...capability, supported_profiles: Array.from({ length: 17 }, (_, i) => `urn:iicp:profile:p${i}`) },
        ],
      },
    ],
    ['two identical capabilities', { capabilities: [capability, { ...capability }] }],
    [
      'one variant of an intent twice',
      {
        capabilities: [
          { ...capability, variant_id: 'v' },
          { ...capability, models: ['m2'], variant_id: 'v' },
        ],
      },
    ],
    ['no limits', { limits: undefined }],
    ['no slots', { limits: { max_concurrent: 0, tokens_per_min: 1 } }],
    ['257 slots', { limits: { max_concurrent: 257, tokens_per_min: 1 } }],
    ['no tokens a minute', { limits: { max_concurrent: 1, tokens_per_min: 0 } }],
    ['an exposure mode nobody knows', { exposure_mode: 'wide_open' }],
    ['a transport method that means unreachable', { transport_method: 'unreachable' }],
    ['an http transport endpoint', { transport_endpoint: 'http://node.example.com:9484' }],
    ['a NAT type nobody knows', { nat_type: 'cone' }],
    ['a backend nobody knows', { backend: 'abacus' }],
    ['an implementation name that starts with a dot', { implementation_name: '.hidden' }],
    ['an implementation version with a space', { implementation_version: '1 0' }],
    ['two versions that disagree', { sdk_version: '0.7.107', sdk_compatibility_version: '0.7.106' }],
    ['a CX key of another algorithm', { cx_public_key: { ...cxKey(1), algorithm: 'P-256' } }],
    ['a CX key that is too short', { cx_public_key: { ...cxKey(1), key: 'AAAA' } }],
    ['a CX key id that belongs to another key', { cx_public_key: { ...cxKey(1), key_id: cxKey(2).key_id } }],
    ['a negative price', { pricing: { credit_cost_multiplier: -1 } }],
    ['a price of 1001', { pricing: { credit_cost_multiplier: 1001 } }],
    [
      'a price that ends before it begins',
      { pricing: { effective_from: '2026-01-02T00:00:00Z', effective_until: '2026-01-01T00:00:00Z' } },
    ],
    ['a pricing model nobody knows', { pricing: { pricing_model: 'barter' } }],
    ['a window that ends at 24:00', { availability: [{ start: '08:00', end: '24:00' }] }],
    ['a share of 1.5', { availability: [{ start: '08:00', end: '09:00', share: 1.5 }] }],
    ['a receipt profile nobody knows', { supported_receipt_profiles: ['mine'] }],
    ['a key of its own of 129 characters', { node_hmac_key: 'k'.repeat(129) }],
    ['a relay port of 0', { relay_accept_port: 0 }],
    ['a policy that is not yes or no', { policy: { allow_tool_execution: 'yes' } }],
    ...nodeIds.invalid.map((node_id): [string, Record<string, unknown>] => [`the node id "${node_id}"`, { node_id }]),
  ])('refuse %s', (_, more) => {
    expect(verdict(more)).toBe('422 validation_error');
  });

  it.each(['gov:social-scoring', 'bank:credit:decision', 'city:critical-infrastructure'])(
    'refuse the intent %s, which names a use that the public mesh does not want',
    (use) => {
      const intent = `urn:iicp:intent:${use}:v1`;
      expect(verdict({ capabilities: [{ ...capability, intent }] })).toBe('422 IICP-POLICY-001');
    },
  );

  it.each([
    ['ftp://node.example.com', '422 validation_error'],
    ['node.example.com', '422 validation_error'],
    ['https://me:secret@node.example.com', '422 validation_error'],
    [`https://node.example.com/${'p'.repeat(255)}`, '422 validation_error'],
    ['http://localhost:9484', '422 IICP-E035'],
    ['http://127.0.0.1:9484', '422 IICP-E035'],
    ['http://[::1]:9484', '422 IICP-E035'],
    ['http://192.168.1.2', '422 IICP-E035'],
    ['http://node.local', '422 IICP-E035'],
    ['http://node', '422 IICP-E035'],
    ['http://8.8.8.8:9484', 'accepted'],
    ['http://[2606:4700::1111]:9484', 'accepted'],
  ])('judge the endpoint %s', (endpoint, expected) => {
    expect(verdict({}, endpoint)).toBe(expected);
  });

  it('cap the price by the size of the largest model', () => {
    const capped = (models: string[]) =>
      readRegistration(
        registration(PUBLIC, { capabilities: [{ ...capability, models }], pricing: { credit_cost_multiplier: 1000 } }),
        {
          allowPrivate: false,
        },
      ).pricing.credit_cost_multiplier;
    expect(
      [['mystery'], ['tiny:0.5b'], ['qwen2.5:7b'], ['a:14b'], ['a:32b'], ['llama3.1:70b', 'a:1b'], ['big-405b']].map(
        capped,
      ),
    ).toEqual([3, 0.15000000000000002, 3, 6, 19.5, 96, 225]);
  });
});

describe('hosts', () => {
  it.each([
    ['10.0.0.1', false],
    ['100.64.0.1', false],
    ['172.31.255.255', false],
    ['172.32.0.1', true],
    ['169.254.1.1', false],
    ['198.18.0.1', false],
    ['203.0.113.9', false],
    ['224.0.0.1', false],
    ['255.255.255.255', false],
    ['0.0.0.0', false],
    ['1.1.1.1', true],
    ['::', false],
    ['fe80::1', false],
    ['fd00::1', false],
    ['::ffff:10.0.0.1', false],
    ['::ffff:1.1.1.1', false],
    ['64:ff9b::a00:1', false],
    ['2002:a00:1::', false],
    ['2001:db8::1', false],
    ['[2a00:1450::1]', true],
    ['router.lan', false],
    ['a.internal', false],
    ['x.example', false],
    ['localhost', false],
    ['example.com.', true],
    ['Foo.LOCAL', false],
  ])('%s is public: %s', (host, expected) => {
    expect(looksPublic(host)).toBe(expected);
  });
});

describe('POST /v1/register', () => {
  it('hands out id, token and key, and new ones each time', async () => {
    const { register, directory } = await start();
    const first = await register({ node_id: undefined });
    expect(first).toEqual({
      node_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      node_token: expect.stringMatching(/^[0-9a-f]{64}$/),
      proxy_token: expect.stringMatching(/^[0-9a-f]{64}$/),
      node_hmac_key: expect.stringMatching(/^[0-9a-f]{32}$/),
      expires_at: null,
      jwt_token: null,
      jwt_expires_at: null,
      directory: directory.url,
      observed_source_ip: '127.0.0.1',
      recovered: false,
      lifetime_jobs: 0,
      public_reachable: false,
    });
    const again = await register({ node_id: first.node_id, current_node_token: first.node_token });
    expect(again).toMatchObject({ node_id: first.node_id, recovered: true });
    expect(again.node_token).not.toBe(first.node_token);
    expect(again.node_hmac_key).not.toBe(first.node_hmac_key);
  });

  it('answers under /api/v1 just the same', async () => {
    const { post, endpoint } = await start();
    expect((await post('/api/v1/register', registration(endpoint))).status).toBe(201);
  });

  it('dials the endpoint first, and refuses one that does not answer', async () => {
    const one = await start();
    one.well = false;
    const reply = await one.post('/v1/register', registration(one.endpoint));
    expect([reply.status, reply.body]).toEqual([422, { error: { code: 'IICP-E036', message: expect.any(String) } }]);
  });

  it('dials nobody who declares how it is reached', async () => {
    const one = await start();
    one.well = false;
    expect(
      (await one.post('/v1/register', registration(one.endpoint, { nat_type: 'unknown', transport_method: 'direct' })))
        .status,
    ).toBe(422);
    expect(
      (
        await one.post(
          '/v1/register',
          registration(one.endpoint, { nat_type: 'full_cone', transport_method: 'direct' }),
        )
      ).status,
    ).toBe(201);
  });

  it('lets nobody change a CX key without the token', async () => {
    const { register, post, endpoint } = await start();
    const first = await register({ cx_public_key: cxKey(1) });
    const stolen = await post('/v1/register', registration(endpoint, { cx_public_key: cxKey(2) }));
    expect([stolen.status, stolen.body]).toEqual([403, { error: 'IICP-E049', message: expect.any(String) }]);
    const owned = await register({ cx_public_key: cxKey(2), current_node_token: first.node_token });
    expect(owned.node_id).toBe('node-1');
  });

  it('lets a node without token move only when its old endpoint is dead', async () => {
    const [one, other] = [await start(), await start()];
    await one.register();
    const moved = () => one.post('/v1/register', registration(other.endpoint));
    const refused = await moved();
    expect([refused.status, refused.body.error]).toEqual([403, 'IICP-E050']);
    one.well = false;
    expect((await moved()).status).toBe(201);
  });

  it('asks for the token always when it is strict and the node has a key', async () => {
    const { register, post, endpoint } = await start({ strictOwnership: true });
    await register({ cx_public_key: cxKey(1) });
    const reply = await post('/v1/register', registration(endpoint, { cx_public_key: cxKey(1) }));
    expect([reply.status, reply.body.error]).toEqual([403, 'IICP-E050']);
  });

  it('takes a limited number a minute from one address', async () => {
    const { register, post, clock, endpoint } = await start({ registrationsPerMinute: 2 });
    await register();
    await register();
    const third = await post('/v1/register', registration(endpoint));
    expect([third.status, third.body, third.headers.get('retry-after')]).toEqual([
      429,
      { error: 'IICP-E034', message: expect.any(String), retry_after: 60 },
      '60',
    ]);
    clock.turn(60_000);
    expect((await post('/v1/register', registration(endpoint))).status).toBe(201);
  });

  it.each([
    ['a body that is too large', JSON.stringify({ pad: 'x'.repeat(300_000) }), 413],
    ['a body that is not JSON', '{', 400],
    ['a body that is a list', '[]', 422],
  ])('refuses %s', async (_, body, status) => {
    const { post } = await start();
    expect((await post('/v1/register', body)).status).toBe(status);
  });
});
