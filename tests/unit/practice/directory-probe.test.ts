import { afterEach, describe, expect, it } from 'vitest';
import { type Town, town } from './directory-help.ts';

const open: Town[] = [];
const start = async (...options: Parameters<typeof town>) => {
  const one = await town(...options);
  open.push(one);
  return one;
};

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

describe('GET /v1/probe', () => {
  it('connects to a private address where a node registered with it, however that is spelled', async () => {
    const { endpoint, get, register } = await start();
    const { port } = new URL(endpoint);
    const probe = async (host: string, at = port) => await get(`/v1/probe?host=${host}&port=${at}`);
    expect((await probe('127.0.0.1')).status).toBe(422);
    await register();
    for (const host of ['127.0.0.1', '127.1', '2130706433', '0x7f000001']) {
      expect((await probe(host)).body, host).toEqual({ reachable: true });
    }
    expect([(await probe('127.0.0.1', '9')).status, (await probe('127.0.0.2')).status]).toEqual([422, 422]);
  });

  it('says why when nobody listens there any more', async () => {
    const one = await start();
    const { port } = new URL(one.endpoint);
    await one.register();
    await one.leave();
    expect((await one.get(`/v1/probe?host=127.0.0.1&port=${port}`)).body).toEqual({
      reachable: false,
      error: 'ECONNREFUSED',
    });
  });

  it.each([
    '127.0.0.1',
    '127.1',
    '2130706433',
    '10.0.0.1',
    '[::1]',
    '::ffff:10.0.0.1',
    'fe80::1%eth0',
    'router.local',
    'router',
    '',
    'a b',
    'me@example.com',
    'example.com/path',
    'example.com\\path',
    '%00',
  ])('does not try %j in a directory for public nodes', async (host) => {
    const { get } = await start({ allowPrivateEndpoints: false });
    const reply = await get(`/v1/probe?host=${encodeURIComponent(host)}&port=9484`);
    expect([reply.status, reply.body]).toMatchObject([422, { error: { code: 'validation_error' } }]);
  });

  it.each(['', '0', '65536', 'http'])('refuses the port %j', async (port) => {
    const { get } = await start();
    expect((await get(`/v1/probe?host=example.com&port=${port}`)).status).toBe(422);
  });
});
