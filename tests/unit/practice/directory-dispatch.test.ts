import { afterEach, describe, expect, it } from 'vitest';
import { Signer } from '../../../src-main/practice/iicp/signing.ts';
import { CHAT, cxKey, type Town, town } from './directory-help.ts';

const open: Town[] = [];
const seed = new Uint8Array(32).fill(7);
const start = async (...[options]: Parameters<typeof town>) => {
  const one = await town({ ed25519Seed: seed, ...options });
  open.push(one);
  return {
    ...one,
    ask: (more: Record<string, unknown> = {}) => one.post('/v1/dispatch/ticket', { intent: CHAT, ...more }),
  };
};

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

const [FIRST, SECOND] = ['8c3b4f0e-6a3b-4f5e-9d4c-0a1b2c3d4e5f', '8c3b4f0e-7777-4f5e-9d4c-0a1b2c3d4e5f'];

describe('POST /v1/dispatch/ticket', () => {
  it('tells the way to the best node, with a signed ticket for it alone', async () => {
    const { ask, register, endpoint, directory } = await start();
    await register({ node_id: SECOND, region: 'us-east' });
    await register({ node_id: FIRST, cx_public_key: cxKey(1) });
    const { status, body, headers } = await ask({ region: 'eu-central' });
    const [part = ''] = String(body.ticket).split('.');
    const claims = JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, number>;
    expect([status, body]).toEqual([
      201,
      {
        ticket: new Signer(seed).token('iicp:dispatch-route-ticket:v1\n', claims),
        ticket_id_prefix: String(claims.jti).slice(0, 12),
        expires_at: claims.exp,
        intent: CHAT,
        node_id: FIRST,
        node_id_prefix: '8c3b4f0e',
        route: expect.objectContaining({ node_id: FIRST, endpoint, cx_public_key: cxKey(1), models: ['m1'] }),
        algorithm: 'ed25519',
        data_class: 'ticketed_route_dispatch',
        route_fields_present: true,
        prompt_payload_accepted: false,
      },
    ]);
    expect(claims).toEqual({
      v: 1,
      typ: 'dispatch-route-ticket',
      iss: directory.url,
      aud: 'iicp.directory.dispatch',
      jti: expect.stringMatching(/^[0-9a-f]{24}$/),
      node_id: FIRST,
      intent: CHAT,
      iat: claims.exp! - 120,
      exp: expect.any(Number),
    });
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('goes down the list as a consumer excludes those that failed it, and says when it is over', async () => {
    const { ask, register } = await start();
    await register({ node_id: 'alpha-node' });
    await register({ node_id: 'bravo-node' });
    const told: unknown[] = [];
    for (;;) {
      const { status, body } = await ask({ exclude_node_id_prefixes: told });
      if (status !== 201) {
        expect([status, body]).toMatchObject([404, { error: { code: 'no_route_available' } }]);
        break;
      }
      told.push(body.node_id_prefix);
    }
    expect(told).toEqual(['alpha-no', 'bravo-no']);
  });

  it('takes a node by name or by the start of it, and asks for more where two share that', async () => {
    const { ask, register } = await start();
    await register({ node_id: FIRST });
    await register({ node_id: SECOND });
    const verdict = async (more: Record<string, unknown>) => {
      const { body } = await ask(more);
      return body.node_id ?? (body.error as { code: string }).code;
    };
    expect(await verdict({ node_id: SECOND })).toBe(SECOND);
    expect(await verdict({ node_id: 'nobody' })).toBe('no_route_available');
    expect(await verdict({ node_id_prefix: '8c3b4f0e-7' })).toBe(SECOND);
    expect(await verdict({ node_id_prefix: '8c3b4f0e' })).toBe('ambiguous_node_prefix');
    expect(await verdict({ node_id_prefix: 'ffff' })).toBe('no_route_available');
    expect(await verdict({ node_id_prefix: '8c3b4f0e', exclude_node_id_prefixes: ['8c3b4f0e-7'] })).toBe(FIRST);
  });

  it('keeps to those that discovery would offer', async () => {
    const { ask, beat, register } = await start();
    const node = await register();
    for (const more of [{ model: 'm2' }, { qos: 'realtime' }, { modality: 'image' }, { min_reputation: 0.6 }]) {
      expect((await ask(more)).status, JSON.stringify(more)).toBe(404);
    }
    expect((await ask({ model: 'm1', qos: 'batch', modality: 'text', min_reputation: 0.5 })).status).toBe(201);
    await beat(node, { health_models: [] });
    expect((await ask()).status).toBe(404);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['no intent', { intent: undefined }, 'validation_error'],
    [
      'an intent that the public mesh does not want',
      { intent: 'urn:iicp:intent:credit:decision:v1' },
      'IICP-POLICY-001',
    ],
    ['a prompt', { prompt: 'secret words' }, 'validation_error'],
    ['messages, be they nothing', { messages: null }, 'validation_error'],
    ['a class of service nobody knows', { qos: 'invalid' }, 'validation_error'],
    ['both an id and a prefix', { node_id: FIRST, node_id_prefix: '8c3b4f0e' }, 'validation_error'],
    ['a prefix of three characters', { node_id_prefix: '8c3' }, 'validation_error'],
    [
      'eleven exclusions',
      { exclude_node_id_prefixes: Array.from('abcdefghijk', (c) => c.repeat(4)) },
      'validation_error',
    ],
    ['a reputation of 2', { min_reputation: 2 }, 'validation_error'],
  ])('refuses %s and repeats none of it', async (_, more, code) => {
    const { ask, register } = await start();
    await register();
    const reply = await ask(more);
    expect([reply.status, reply.body]).toMatchObject([422, { error: { code } }]);
    expect(reply.text).not.toContain('secret words');
  });

  it('says 503 where no key is configured, once there is a node', async () => {
    const { ask, register } = await start({ ed25519Seed: null });
    expect((await ask()).status).toBe(404);
    await register();
    const reply = await ask();
    expect([reply.status, reply.body]).toMatchObject([503, { error: { code: 'not_configured' } }]);
  });
});
