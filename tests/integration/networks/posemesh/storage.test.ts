// The rules by which inputs are loaded and results take their place at a domain server, as official nodes keep them.
import { readdirSync, statSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Runner } from '../../../../src-main/backends/runners/runner.ts';
import { doJob, type Mesh, mesh, order } from '../../../support/posemesh.ts';

const X = { bytes: Buffer.from('x') };

/** One job at those servers; what came of it. */
async function did(servers: Mesh, run: Runner['run'], over: Parameters<typeof order>[1] = {}) {
  order(servers, over);
  const done = await doJob(servers, run);
  return { ...done, outcome: await done.outcome };
}

const paths = ({ domain }: Mesh, method: string) =>
  domain.requests.filter((one) => one.method === method).map(({ path }) => path);

describe('an input', () => {
  it('of which the server has no part is not found', async () => {
    const servers = await mesh();
    const { outcome } = await did(servers, async ({ input, job }) => void (await input.materialize(job.inputs[0]!)), {
      inputs: ['unknown-data'],
    });
    expect(outcome).toMatchObject({ kind: 'failed', code: 'posemesh.domain-refused' });
  });

  it('is asked for as official nodes ask, with the id of this client', async () => {
    const heard: IncomingHttpHeaders[] = [];
    const server = createServer((req, res) => {
      heard.push(req.headers);
      res.writeHead(200, { 'content-type': 'multipart/form-data; boundary="b"' });
      res.end('--b\r\nContent-Disposition: f; id=1; name=x; data-type=y\r\n\r\nz\r\n--b--');
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    onTestFinished(() => void server.close().closeAllConnections());
    const domainUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await did(await mesh(), async ({ input, job }) => void (await input.materialize(job.inputs[0]!)), {
      domainUrl,
      inputs: ['some-data'],
    });
    expect(heard).toMatchObject([
      {
        accept: 'multipart/form-data',
        'posemesh-client-id': 'test-client',
        authorization: expect.stringMatching(/^Bearer domain\./) as string,
      },
    ]);
  });

  it.skipIf(process.platform === 'win32')('lies in folders that are its owner’s alone', async () => {
    const servers = await mesh();
    const scan = servers.domain.put('scan', 'zip', Buffer.from('x'));
    const modes: number[] = [];
    await did(
      servers,
      async ({ input, job }) => {
        const { rootDir } = await input.materialize(job.inputs[0]!);
        modes.push(statSync(rootDir).mode & 0o777);
        for (const one of readdirSync(rootDir, { recursive: true, withFileTypes: true })) {
          modes.push(statSync(join(one.parentPath, one.name)).mode & 0o777);
        }
      },
      { inputs: [servers.domain.cidOf(scan)] },
    );
    expect(modes).toEqual([0o700, 0o700, 0o700, 0o600]);
  });
});

describe('a result', () => {
  it('that its runner gives an id takes that place, and nothing is looked up', async () => {
    const servers = await mesh();
    const { id } = servers.domain.put('cloud', 'ply', Buffer.from('old'));
    await did(servers, async ({ output }) => {
      const cloud = { relativePath: 'c', name: 'other', dataType: 'ply', content: X };
      expect(await output.putDomainArtifact({ ...cloud, existingId: id })).toBe(id);
      // It is known from then on, too.
      expect(await output.putDomainArtifact(cloud)).toBe(id);
    });
    expect(paths(servers, 'GET').filter((path) => path.includes('name='))).toEqual([]);
    expect(paths(servers, 'PUT')).toHaveLength(2);
  });

  it('is looked up by its exact name and type', async () => {
    const servers = await mesh();
    servers.domain.put('cloud', 'glb', Buffer.from('other type'));
    servers.domain.put('cloud-2', 'ply', Buffer.from('other name'));
    await did(servers, async ({ output }) => {
      await output.putDomainArtifact({ relativePath: 'c', name: 'cloud', dataType: 'ply', content: X });
    });
    expect(servers.domain.data).toHaveLength(3);
    expect([paths(servers, 'POST').length, paths(servers, 'PUT').length]).toEqual([1, 0]);
  });

  it('whose place can’t be looked up fails the job, but not one that is written piece by piece', async () => {
    const servers = await mesh();
    servers.domain.fault({ status: 403 }, { route: 'data GET' });
    const named = await did(servers, async ({ output }) => {
      await output.putDomainArtifact({ relativePath: 'c', name: 'cloud', dataType: 'ply', content: X });
    });
    expect(named.outcome).toMatchObject({ kind: 'failed', code: 'posemesh.domain-refused' });
    const written = await did(servers, async ({ output }) => {
      const writer = await output.open('r.bin');
      await writer.write(X.bytes);
      await writer.finish();
    });
    expect(written.outcome).toEqual({ kind: 'done' });
    expect(servers.domain.data).toMatchObject([{ dataType: 'bin_data', size: 1 }]);
  });

  it('that was begun piece by piece is finished once', async () => {
    const servers = await mesh();
    const { outcome } = await did(servers, async ({ output }) => {
      const writer = await output.open('r.bin');
      await writer.write(X.bytes);
      await writer.finish();
      await writer.abort();
      await writer.finish();
    });
    expect(outcome).toMatchObject({ code: 'posemesh.result-over' });
    expect(servers.domain.data).toHaveLength(1);
  });

  it('has its server asked once what it takes in one request', async () => {
    const servers = await mesh({ domain: { requestMaxBytes: 10_000 } });
    await did(servers, async ({ output }) => {
      for (const name of ['a.json', 'b.json', 'c.json']) await output.put(name, X);
    });
    expect(paths(servers, 'GET').filter((path) => path === '/api/v1/info')).toHaveLength(1);
  });
});
