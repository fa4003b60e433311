// What a directory may answer (IICP 1.1 to 1.4), a row at a time: read, or told as a refusal with what to do next.
import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DirectoryClient } from '../../../../src-main/networks/iicp/directory.ts';

const { signal } = new AbortController();

interface Said {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** A directory that says this to everything. */
async function client({ status = 200, body = {}, headers = {} }: Said) {
  const asked: { method: string; path: string; bearer: string | undefined; body: unknown }[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (part) => {
      text += part;
    });
    request.on('end', () => {
      const { method = '', url: path = '' } = request;
      asked.push({
        method,
        path,
        bearer: request.headers.authorization,
        body: text === '' ? undefined : JSON.parse(text),
      });
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const made = new DirectoryClient(`http://127.0.0.1:${(server.address() as { port: number }).port}/api/`);
  onTestFinished(async () => {
    await made.close();
    server.close();
  });
  return { directory: made, asked };
}

describe('the answer to a registration', () => {
  it.each<[string, Said, unknown]>([
    ['token and key', { status: 201, body: { node_token: 't', node_hmac_key: 'k' } }, { token: 't', hmacKey: 'k' }],
    ['the older name', { status: 201, body: { token: 't' } }, { token: 't', hmacKey: undefined }],
    ['both names', { body: { node_token: 'new', token: 'old' } }, { token: 'new', hmacKey: undefined }],
    ['an empty key', { body: { node_token: 't', node_hmac_key: '' } }, { token: 't', hmacKey: undefined }],
    ['no key at all', { body: { node_token: 't', node_hmac_key: null } }, { token: 't', hmacKey: undefined }],
    [
      'members we do not know',
      { body: { node_token: 't', jwt_token: 'j', x: [1] } },
      { token: 't', hmacKey: undefined },
    ],
  ])('with %s is taken', async (_what, said, expected) => {
    const { directory, asked } = await client(said);
    expect(await directory.register({ node_id: 'n' }, signal)).toEqual(expected);
    expect(asked).toEqual([{ method: 'POST', path: '/api/v1/register', bearer: undefined, body: { node_id: 'n' } }]);
  });

  it.each<[string, Said, object]>([
    ['without a token', { body: {} }, { status: 0, code: 'iicp.directory-garbled' }],
    [
      'with a token that can not travel',
      { body: { node_token: 'a\nb' } },
      { status: 0, code: 'iicp.directory-garbled' },
    ],
    ['that is no JSON', { body: '<html>' }, { status: 0, code: 'iicp.directory-garbled' }],
    ['that is endless', { body: `"${'x'.repeat(300_000)}"` }, { status: 0, code: 'iicp.directory-unreachable' }],
    [
      'E034, flat',
      { status: 429, body: { error: 'IICP-E034', message: 'm', retry_after: 60 } },
      { status: 429, code: 'IICP-E034', retryAfterMs: 60_000 },
    ],
    [
      '429 with a header',
      { status: 429, headers: { 'retry-after': '7' } },
      { status: 429, code: 'HTTP-429', retryAfterMs: 7000 },
    ],
    ['429 that asks for a year', { status: 429, headers: { 'retry-after': '31536000' } }, { retryAfterMs: 600_000 }],
    ['E035', { status: 422, body: { error: { code: 'IICP-E035', message: 'm' } } }, { status: 422, code: 'IICP-E035' }],
    ['E036', { status: 422, body: { error: { code: 'IICP-E036', message: 'm' } } }, { status: 422, code: 'IICP-E036' }],
    ['E049, flat', { status: 403, body: { error: 'IICP-E049', message: 'm' } }, { status: 403, code: 'IICP-E049' }],
    ['E050, flat', { status: 403, body: { error: 'IICP-E050', message: 'm' } }, { status: 403, code: 'IICP-E050' }],
    ['E051', { status: 422, body: { error: { code: 'IICP-E051', message: 'm' } } }, { status: 422, code: 'IICP-E051' }],
    [
      'validation_error',
      { status: 422, body: { error: { code: 'validation_error' } } },
      { status: 422, code: 'validation_error' },
    ],
    ['a code that is prose', { status: 500, body: { error: 'what a pity' } }, { status: 500, code: 'HTTP-500' }],
  ])('%s is told as a refusal, without the directory’s prose', async (_what, said, expected) => {
    const { directory } = await client(said);
    const refused: unknown = await directory.register({}, signal).catch((error: unknown) => error);
    expect(refused).toMatchObject(expected);
    expect((refused as Error).message).not.toMatch(/what a pity|html/);
  });
});

describe('the answer to a heartbeat', () => {
  it.each<[string, unknown, object]>([
    [
      'all that we read',
      { next_heartbeat_ms: 10_000, reputation_score: 0.6, metrics_batch_accepted: 'b', challenge: 'c' },
      { next_heartbeat_ms: 10_000, reputation_score: 0.6, metrics_batch_accepted: 'b', challenge: 'c' },
    ],
    ['nothing', { ok: true }, {}],
    ['null for the batch', { metrics_batch_accepted: null }, { metrics_batch_accepted: null }],
    ['a reputation out of bounds', { reputation_score: 7, challenge: 'c' }, { challenge: 'c' }],
    ['an interval that is none', { next_heartbeat_ms: -1, challenge: 'c' }, { challenge: 'c' }],
    ['an endless challenge', { challenge: 'x'.repeat(300) }, {}],
  ])('with %s', async (_what, body, expected) => {
    const { directory, asked } = await client({ body });
    expect(JSON.parse(JSON.stringify(await directory.heartbeat({ node_id: 'n' }, 'token', signal)))).toEqual(expected);
    expect(asked[0]).toMatchObject({ method: 'POST', path: '/api/v1/heartbeat', bearer: 'Bearer token' });
  });

  it.each([401, 404, 410, 403, 422, 429, 500, 503])('that is %i is told with its status', async (status) => {
    const { directory } = await client({ status, body: { error: { code: 'IICP-E003', message: 'm' } } });
    await expect(directory.heartbeat({}, 'token', signal)).rejects.toMatchObject({ status, code: 'IICP-E003' });
  });
});

describe('leaving', () => {
  it.each([200, 404])('is done with %i', async (status) => {
    const { directory, asked } = await client({ status, body: { deregistered: true } });
    await directory.deregister('n', 'token', signal);
    expect(asked).toEqual([
      { method: 'DELETE', path: '/api/v1/register', bearer: 'Bearer token', body: { node_id: 'n' } },
    ]);
  });

  it.each([401, 500])('is not done with %i', async (status) => {
    const { directory } = await client({ status });
    await expect(directory.deregister('n', 'token', signal)).rejects.toMatchObject({ status });
  });
});

describe('the registry', () => {
  it.each<[string, Said, string]>([
    ['a node to be found', { body: { routable: true } }, 'listed'],
    ['one that is not', { body: { routable: false } }, 'missing'],
    ['none', { status: 404, body: { error: 'REGISTRY-NODE-NOT-FOUND', message: 'm' } }, 'missing'],
    ['none, in the usual shape', { status: 404, body: { error: { code: 'IICP-E003', message: 'm' } } }, 'missing'],
    ['no such route', { status: 404, body: { error: { code: 'not_found', message: 'm' } } }, 'unknown'],
    ['something else', { body: {} }, 'unknown'],
    ['trouble', { status: 500 }, 'unknown'],
  ])('that shows %s', async (_what, said, expected) => {
    const { directory, asked } = await client(said);
    expect(await directory.listed('8c3b4f0e', signal)).toBe(expected);
    expect(asked[0]).toMatchObject({ method: 'GET', path: '/api/v1/registry/nodes/8c3b4f0e', bearer: undefined });
  });
});

describe('the key of a directory', () => {
  const public_key = 'AB'.repeat(32);
  it.each<[string, Said, string | undefined]>([
    ['as it should be', { body: { public_key, algorithm: 'ed25519' } }, public_key.toLowerCase()],
    ['for another algorithm', { body: { public_key, algorithm: 'rsa' } }, undefined],
    ['too short', { body: { public_key: 'ab', algorithm: 'ed25519' } }, undefined],
    ['not there', { status: 503, body: { error: { code: 'not_configured' } } }, undefined],
  ])('%s', async (_what, said, expected) => {
    const { directory } = await client(said);
    expect(await directory.directoryKey(signal)).toBe(expected);
  });
});
