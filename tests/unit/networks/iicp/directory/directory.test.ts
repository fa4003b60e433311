// What a directory may answer (IICP 1.1 to 1.4), a row at a time: read, or told as a refusal with what to do next.
import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DirectoryClient } from '../../../../../src-main/networks/iicp/directory/directory.ts';

const { signal } = new AbortController();

interface Said {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** Where it may send its nodes to. */
  readonly redirectHosts?: readonly string[];
}

/** A directory that says this to everything. */
async function client({ status = 200, body = {}, headers = {}, redirectHosts = [] }: Said) {
  const asked: {
    method: string;
    path: string;
    bearer: string | undefined;
    nodeId: string | string[] | undefined;
    body: unknown;
  }[] = [];
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
        nodeId: request.headers['x-node-id'],
        body: text === '' ? undefined : JSON.parse(text),
      });
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}/api`;
  const made = new DirectoryClient(`${url}/`, redirectHosts);
  onTestFinished(async () => {
    await made.close();
    server.close();
  });
  return { directory: made, url, asked };
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

const speaker = { nodeId: 'n', token: 'token' };
const unreachable = { status: 500 };

describe('what else a directory is asked (IICP 1.4)', () => {
  it.each<
    [
      string,
      (client: DirectoryClient) => Promise<unknown>,
      Said,
      { method?: string; path: string; bearer?: string; nodeId?: string; body?: unknown },
      unknown,
    ]
  >([
    [
      'some nodes to begin with',
      (one) => one.bootstrap(5, signal),
      { body: { peers: [], count: 0 } },
      { path: '/api/v1/bootstrap?limit=5' },
      { peers: [], count: 0 },
    ],
    [
      'whether it reaches an address',
      (one) => one.probe('93.184.216.34', 9484, signal),
      { body: { reachable: false, error: 'timeout' } },
      { path: '/api/v1/probe?host=93.184.216.34&port=9484' },
      { reachable: false },
    ],
    [
      'whether it reaches one of its own, which it does not try',
      (one) => one.probe('10.0.0.1', 9484, signal),
      { status: 422, body: { error: { code: 'validation_error' } } },
      { path: '/api/v1/probe?host=10.0.0.1&port=9484' },
      undefined,
    ],
    [
      'whom it offers',
      (one) => one.offers({ intent: 'urn:iicp:intent:llm:chat:v1', model: 'llama3' }, signal),
      { body: { nodes: [{ node_id: 'n', cx_public_key: null, more: 1 }], count: 1 } },
      { path: '/api/v1/discover?intent=urn%3Aiicp%3Aintent%3Allm%3Achat%3Av1&limit=50&model=llama3' },
      [{ node_id: 'n', cx_public_key: null }],
    ],
    [
      'for relays',
      (one) => one.discoverRelays('urn:iicp:intent:llm:chat:v1', signal),
      { body: { nodes: ['as they come'] } },
      { path: '/api/v1/discover?intent=urn%3Aiicp%3Aintent%3Allm%3Achat%3Av1&relay_capable=true&limit=50' },
      ['as they come'],
    ],
    [
      'for a ticket to one relay',
      (one) => one.relayTicket('n', 'relay-1', 'token', signal),
      { status: 201, body: { ticket: 'abc.def', expires_at: 'x' } },
      {
        method: 'POST',
        path: '/api/v1/relay/ticket',
        bearer: 'Bearer token',
        nodeId: 'n',
        body: { relay_node_id: 'relay-1' },
      },
      'abc.def',
    ],
    [
      'for a ticket to any relay',
      (one) => one.relayTicket('n', undefined, 'token', signal),
      { status: 201, body: {} },
      { method: 'POST', path: '/api/v1/relay/ticket', bearer: 'Bearer token', nodeId: 'n', body: {} },
      undefined,
    ],
    [
      'to take a receipt',
      (one) => one.award({ nonce: 'x' }, speaker, signal),
      { status: 201, body: { awarded: 0.003, balance: 1, spent: 0, attribution: 'unattributed', trust_weight: 1 } },
      { method: 'POST', path: '/api/v1/credits/award', bearer: 'Bearer token', nodeId: 'n', body: { nonce: 'x' } },
      { micro: 3000, excluded: undefined },
    ],
    [
      'to take a receipt for its own question',
      (one) => one.award({ nonce: 'x' }, speaker, signal),
      { status: 200, body: { awarded: 0, excluded: true, reason: 'self_query_excluded', trust_weight: 0 } },
      { method: 'POST', path: '/api/v1/credits/award', bearer: 'Bearer token', nodeId: 'n', body: { nonce: 'x' } },
      { micro: 0, excluded: 'self_query_excluded' },
    ],
    [
      'to take a receipt for its own question, and tells the reason in one word',
      (one) => one.award({ nonce: 'x' }, speaker, signal),
      { status: 200, body: { awarded: '0', excluded: 'self_query', balance: 1 } },
      { method: 'POST', path: '/api/v1/credits/award', bearer: 'Bearer token', nodeId: 'n', body: { nonce: 'x' } },
      { micro: 0, excluded: 'self_query' },
    ],
    [
      'what it has in its books',
      (one) => one.account(speaker, signal),
      {
        body: { balance: 1.5, total_earned: 2, total_spent: 0.5, tx_count: 3, reconciles: true, operator_wallet: null },
      },
      { path: '/api/v1/credits/summary', bearer: 'Bearer token', nodeId: 'n' },
      { balanceMicro: 1_500_000, earnedMicro: 2_000_000, spentMicro: 500_000, agrees: true },
    ],
    [
      'for a page of its books',
      (one) => one.transactions(2, speaker, signal),
      {
        body: {
          transactions: [{ id: 7, type: 'earned', amount: 0.5, task_id: 't', created_at: '2026-01-01T00:00:00Z' }],
        },
      },
      { path: '/api/v1/credits/transactions?page=2&per_page=100', bearer: 'Bearer token', nodeId: 'n' },
      {
        lines: [{ id: '7', type: 'earned', micro: 500_000, taskId: 't', reason: null, at: Date.UTC(2026, 0, 1) }],
        last: false,
      },
    ],
    [
      'for a page of books with amounts as text, and with times that have no zone',
      (one) => one.transactions(1, speaker, signal),
      {
        body: {
          transactions: [
            { id: 8, type: 'credit', amount: '0.1235', task_id: null, created_at: '2026-01-01T00:00:00.000000Z' },
            {
              id: 7,
              type: 'credit',
              amount: 1.1,
              task_id: 't',
              reason: 'cip_award',
              created_at: '2026-01-01 12:30:05',
            },
            { id: 6, type: 'debit', amount: '5', task_id: 't', created_at: null },
          ],
          per_page: 100,
        },
      },
      { path: '/api/v1/credits/transactions?page=1&per_page=100', bearer: 'Bearer token', nodeId: 'n' },
      {
        lines: [
          { id: '8', type: 'credit', micro: 123_500, taskId: null, reason: null, at: Date.UTC(2026, 0, 1) },
          {
            id: '7',
            type: 'credit',
            micro: 1_100_000,
            taskId: 't',
            reason: 'cip_award',
            at: Date.UTC(2026, 0, 1, 12, 30, 5),
          },
          { id: '6', type: 'debit', micro: 5_000_000, taskId: 't', reason: null, at: 0 },
        ],
        last: true,
      },
    ],
  ])('%s', async (_what, ask, said, expected, answer) => {
    const { directory, asked } = await client(said);
    expect(await ask(directory)).toEqual(answer);
    expect(asked).toEqual([{ method: 'GET', bearer: undefined, nodeId: undefined, body: undefined, ...expected }]);
  });

  it.each<[string, (client: DirectoryClient) => Promise<unknown>]>([
    ['nodes to begin with', (one) => one.bootstrap(5, signal)],
    ['offers', (one) => one.offers({ intent: 'i' }, signal)],
    ['relays', (one) => one.discoverRelays('i', signal)],
    ['a ticket', (one) => one.relayTicket('n', undefined, 'token', signal)],
    ['an award', (one) => one.award({}, speaker, signal)],
    ['its books', (one) => one.account(speaker, signal)],
    ['a page of them', (one) => one.transactions(1, speaker, signal)],
  ])('is a refusal with its status where there is trouble: %s', async (_what, ask) => {
    const { directory } = await client(unreachable);
    await expect(ask(directory)).rejects.toMatchObject({ status: 500, code: 'HTTP-500' });
  });
});

describe('a directory that sends the node elsewhere', () => {
  const beat = (one: DirectoryClient) => one.heartbeat({ node_id: 'n' }, 'token', signal);

  it.each([307, 308])(
    'is followed with %i to a host that may be told the token, with method, body and bearer',
    async (status) => {
      const there = await client({ body: { challenge: 'c' } });
      const here = await client({
        status,
        headers: { location: `${there.url}/v1/heartbeat`, 'retry-after': '0' },
        redirectHosts: [new URL(there.url).host],
      });
      expect(await beat(here.directory)).toMatchObject({ challenge: 'c' });
      expect(there.asked).toMatchObject([
        { method: 'POST', path: '/api/v1/heartbeat', bearer: 'Bearer token', body: { node_id: 'n' } },
      ]);
    },
  );

  it.each([
    ['another host', 'http://localhost:9/api/v1/heartbeat'],
    ['another port of its host', 'http://127.0.0.1:9/api/v1/heartbeat'],
    ['the usual port of its host', 'http://127.0.0.1/api/v1/heartbeat'],
    ['another scheme', 'ftp://127.0.0.1/x'],
    ['nowhere', ''],
    ['what is no address', 'http://['],
  ])('is not followed to %s', async (_what, location) => {
    const { directory, asked } = await client({ status: 307, headers: { location } });
    await expect(beat(directory)).rejects.toMatchObject({ status: 0, code: 'iicp.directory-redirects' });
    expect(asked).toHaveLength(location === '' ? 4 : 1);
  });

  it('is not followed for ever', async () => {
    const { directory, asked } = await client({ status: 307, headers: { location: '/api/v1/heartbeat' } });
    await expect(beat(directory)).rejects.toMatchObject({ code: 'iicp.directory-redirects' });
    expect(asked).toHaveLength(4);
  });
});
