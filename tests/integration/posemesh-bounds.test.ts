// What servers of posemesh, and all who find the address for its call back, are held to.
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Runner } from '../../src-main/backends/runners/runner.ts';
import { ownNetworks } from '../../src-main/backends/workloads/own-networks.ts';
import { systemClock as clock } from '../../src-main/base/clock.ts';
import { silentLogger } from '../../src-main/base/logger.ts';
import { systemRandom as random } from '../../src-main/base/random.ts';
import { InboundMemory } from '../../src-main/inbound/memory.ts';
import { CallbackServer } from '../../src-main/networks/posemesh/dds/callback-server.ts';
import { Http } from '../../src-main/networks/posemesh/http.ts';
import { DomainClient } from '../../src-main/networks/posemesh/storage/domain-client.ts';
import { HandClock } from '../support/clock.ts';
import { freePort } from '../support/network.ts';
import { client, doJob, mesh, order } from '../support/posemesh.ts';

async function server(answer: RequestListener): Promise<string> {
  const http = createServer((req, res) => {
    req.resume();
    answer(req, res);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    http.closeAllConnections();
    return new Promise<void>((resolve) => http.close(() => resolve()));
  });
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
}

const json =
  (value: unknown): RequestListener =>
  (_, res) =>
    void res
      .writeHead(200, { 'content-type': 'application/json' })
      .end(typeof value === 'string' ? value : JSON.stringify(value));

/** A job whose domain server is that one. */
async function jobAt(domainUrl: string, run: Runner['run'], options = {}) {
  const servers = await mesh();
  order(servers, { domainUrl, inputs: ['some-data'] });
  return await (await doJob(servers, run, { options })).outcome;
}

describe('an answer of the manager', () => {
  it.each([
    ['longer than 2 MiB', `{"task":"${'x'.repeat(2_200_000)}"}`],
    ['deeper than 32 levels', `${'['.repeat(40)}${']'.repeat(40)}`],
    ['of more than 50,000 values', `[${'0,'.repeat(60_000)}0]`],
    ['that is no JSON', 'hello'],
  ])('%s is not used', async (_, text) => {
    const servers = await mesh();
    const url = await server(json(text));
    const node = await client({ ...servers, dms: { ...servers.dms, baseUrl: url } });
    await expect(node.dms.lease(undefined, node.never)).rejects.toMatchObject({ code: 'posemesh.dms-garbled' });
  });
});

describe('an answer of a domain server', () => {
  it.each<[string, RequestListener, string]>([
    ['longer than 4 MiB', json(`{"data":"${'x'.repeat(4_300_000)}"}`), 'posemesh.domain-garbled'],
    ['with an id of more than 1024 characters', json({ data: [{ id: 'x'.repeat(1025) }] }), 'posemesh.domain-garbled'],
    [
      'with more data than parts of a download',
      json({ data: Array.from({ length: 1025 }, () => ({ id: 'x' })) }),
      'posemesh.domain-garbled',
    ],
  ])('%s is not used', async (_, answer, code) => {
    const outcome = await jobAt(
      await server(answer),
      async ({ input, job }) => void (await input.materialize(job.inputs[0]!)),
    );
    expect(outcome).toMatchObject({ kind: 'failed', code });
  });

  it.each([
    ['of more than 512 MiB', { upload_id: 'u', part_size: 512 * 1024 * 1024 + 1 }],
    ['of nothing', { upload_id: 'u', part_size: 0 }],
    ['so small that there would be more than 10,000', { upload_id: 'u', part_size: 1 }],
  ])('that asks for parts %s is not obeyed', async (_, begun) => {
    const asked: string[] = [];
    const url = await server((req, res) => {
      asked.push(`${req.method} ${req.url?.split('?')[0]?.split('/').at(-1)}`);
      json(req.method === 'GET' ? { data: [] } : begun)(req, res);
    });
    const outcome = await jobAt(
      url,
      async ({ output }) => void (await output.put('r', { bytes: Buffer.alloc(20_000) })),
      { partsFrom: 1 },
    );
    expect(outcome).toMatchObject({ code: 'posemesh.domain-garbled' });
    expect(asked).not.toContain('PUT multipart');
  });

  it('for an input that is wanted in memory has 64 MiB at most', async () => {
    const servers = await mesh();
    const data = servers.domain.put('large', 'zip', 64 * 1024 * 1024 + 1);
    order(servers, { inputs: [servers.domain.cidOf(data)] });
    const { outcome } = await doJob(servers, async ({ input, job }) => void (await input.bytes(job.inputs[0]!)));
    expect(await outcome).toMatchObject({ code: 'posemesh.disk-limit' });
  });

  it('that stands still is given up', async () => {
    const servers = await mesh();
    const data = servers.domain.put('a', 'json', Buffer.from('x'));
    servers.domain.fault('hang', { route: 'data GET' });
    order(servers, { inputs: [servers.domain.cidOf(data)] });
    const node = await client(servers, { idleMs: 200 });
    const { outcome } = await doJob(servers, async ({ input, job }) => void (await input.materialize(job.inputs[0]!)), {
      node,
    });
    expect(await outcome).toMatchObject({ code: 'posemesh.domain-unreachable' });
  });
});

it('a list of data that never comes to its end is given up after half a minute', async () => {
  const clock = new HandClock();
  let ended: Error | undefined;
  const client = new DomainClient(
    {
      clock,
      random,
      http: new Http({ idleMs: 60_000 }),
      domain: () => ({ id: 'd', url: 'http://127.0.0.1:9' }),
      token: () => '',
      renew: () => Promise.resolve(),
      signal: new AbortController().signal,
    },
    { clientId: 'test' },
  );
  const waits = Promise.withResolvers<void>();
  const rest = client.rest({
    status: 200,
    headers: {},
    end: (reason) => {
      ended = reason;
      waits.reject(reason);
    },
    body: (async function* () {
      yield Buffer.from('[');
      await waits.promise;
    })(),
  });
  rest.catch(() => undefined);
  await clock.turn(29_000);
  expect(ended).toBeUndefined();
  await clock.turn(1000);
  await expect(rest).rejects.toMatchObject({ code: 'posemesh.domain-unreachable' });
});

describe('a runner', () => {
  it('may leave 1024 results, and the next fails the job', async () => {
    const servers = await mesh();
    const { id } = servers.domain.put('a', 'json', Buffer.from('x'));
    const managed = order(servers);
    const { outcome } = await doJob(servers, async ({ output }) => {
      for (let count = 0; count <= 1024; count += 1) {
        const content = { bytes: Buffer.from('x') };
        await output.putDomainArtifact({
          relativePath: `r${count}`,
          name: 'a',
          dataType: 'x',
          existingId: id,
          content,
        });
      }
    });
    expect(await outcome).toMatchObject({ code: 'posemesh.result-too-many' });
    expect(managed.reports).toMatchObject([{ kind: 'fail', status: 200 }]);
  });
});

describe('where the discovery service calls back', () => {
  async function listening({ expected = true, host = '127.0.0.1' } = {}) {
    const heard = { calls: 0, probes: 0 };
    const callback = new CallbackServer(
      {
        clock,
        logger: silentLogger,
        memory: new InboundMemory(),
        expected: () => expected,
        calledBack: () => {
          heard.calls += 1;
        },
        probed: () => {
          heard.probes += 1;
        },
      },
      { host, port: await freePort() },
    );
    await callback.start();
    onTestFinished(() => callback.stop());
    const url = `http://127.0.0.1:${callback.address!.port}`;
    const post = async (body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) => {
      const reply = await fetch(`${url}/internal/v1/registrations`, { method: 'POST', body, headers });
      return [reply.status, await reply.text()];
    };
    return { url, heard, post };
  }

  const GOOD = { id: 'node-1', secret: 'a-secret', organization_id: 'o', domains: [], more: true };

  it('answers for its health, and knows the discovery service by its name', async () => {
    const { url, heard } = await listening();
    const asked = async (userAgent: string) => {
      const reply = await fetch(`${url}/health`, { headers: { 'user-agent': userAgent } });
      return [reply.status, await reply.text()];
    };
    expect([await asked('DDS v1.2'), await asked('curl/8')]).toEqual([
      [200, ''],
      [200, ''],
    ]);
    expect(heard.probes).toBe(1);
  });

  it('takes a registration, and another', async () => {
    const { heard, post } = await listening();
    for (let count = 0; count < 2; count += 1) expect(await post(JSON.stringify(GOOD))).toEqual([200, '{"ok":true}']);
    expect(heard.calls).toBe(2);
  });

  it.each<[string, unknown, number, string]>([
    ['no id', { ...GOOD, id: undefined }, 422, 'missing id'],
    ['a blank id', { ...GOOD, id: ' ' }, 422, 'missing id'],
    ['no secret', { ...GOOD, secret: null }, 422, 'missing secret'],
    ['a secret of more than 4096 bytes', { ...GOOD, secret: 'x'.repeat(4097) }, 403, 'the secret is too long'],
    ['another shape', { ...GOOD, id: 5 }, 422, 'the body has another shape'],
    ['no JSON', '{"id":', 400, 'the body is no JSON'],
    ['more than 2 MiB', { ...GOOD, more: 'x'.repeat(2_200_000) }, 413, 'length limit exceeded'],
  ])('refuses one with %s', async (_, body, status, text) => {
    const { heard, post } = await listening();
    expect(await post(typeof body === 'string' ? body : JSON.stringify(body))).toEqual([status, text]);
    expect(heard.calls).toBe(0);
  });

  it('refuses what is no JSON by its type, other methods and other paths', async () => {
    const { url, post } = await listening();
    expect((await post('{}', { 'content-type': 'text/plain' }))[0]).toBe(415);
    expect((await fetch(`${url}/internal/v1/registrations`)).status).toBe(405);
    expect((await fetch(`${url}/other`)).status).toBe(404);
  });

  const [near] = ownNetworks().map((cidr) => cidr.split('/')[0]!);

  it.skipIf(near === undefined)('takes one of another caller where a stranger calls without end', async () => {
    const { url, heard, post } = await listening({ host: '0.0.0.0' });
    for (let count = 0; count <= 30; count += 1) await post('{');
    expect((await post(JSON.stringify(GOOD)))[0]).toBe(429);
    const there = `${url.replace('127.0.0.1', near!)}/internal/v1/registrations`;
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(there, { method: 'POST', body: JSON.stringify(GOOD), headers })).status).toBe(200);
    expect(heard.calls).toBe(1);
  });

  it('takes none while this node does not register, and no more than 30 in a minute', async () => {
    const { post } = await listening({ expected: false });
    expect(await post(JSON.stringify(GOOD))).toEqual([409, 'this node does not register']);
    for (let count = 1; count < 30; count += 1) await post('{');
    expect((await post(JSON.stringify(GOOD)))[0]).toBe(429);
  });
});
