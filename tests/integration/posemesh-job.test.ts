// One leased job against the practice servers: what it loads and stores, and what its manager hears of it, whatever goes wrong.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { RunnerContext } from '../../src-main/backends/runners/runner.ts';
import { systemClock } from '../../src-main/base/clock.ts';
import { silentLogger } from '../../src-main/base/logger.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { DdsClient } from '../../src-main/networks/posemesh/dds/dds-client.ts';
import { Http } from '../../src-main/networks/posemesh/http.ts';
import { Wallet } from '../../src-main/networks/posemesh/wallet/wallet.ts';
import { temporaryFolder } from '../support/folder.ts';
import { client, doJob, mesh, order } from '../support/posemesh.ts';
import { until } from '../support/wait.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const nothing = () => Promise.resolve();
/** Until the job is to end. */
const forever = ({ control }: RunnerContext) =>
  new Promise<void>((_, reject) =>
    control.signal.addEventListener('abort', () => reject(control.signal.reason as Error)),
  );
const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());

describe('registering and logging in', () => {
  it('by a wallet is known, and once more after it was forgotten', async () => {
    const servers = await mesh();
    const node = await client(servers);
    expect(servers.dds.nodes()).toMatchObject([
      { address: node.wallet.address, by: 'wallet', version: '1.2.3', capabilities: ['/test/v1'], times: 1 },
    ]);
    await node.tokens.bearer();
    servers.dds.forget();
    node.tokens.renew();
    await expect(node.tokens.bearer()).rejects.toMatchObject({ code: 'posemesh.dds-refused', status: 403 });
    expect(await node.register()).toEqual({ outcome: 'registered', status: 200 });
    await node.tokens.bearer();
  });

  it.each<[string, object, number | string]>([
    ['its time by its name', { access_expires_at: '2030-01-01T00:00:00Z' }, 2030],
    ['its time by the older name', { expires_at: '2031-01-01T02:00:00+02:00' }, 2031],
    ['its time in small letters', { access_expires_at: '2032-01-01t00:00:00z' }, 2032],
    ['its time with a space', { access_expires_at: '2033-01-01 00:00:00Z' }, 2033],
    ['both', { access_expires_at: '2030-01-01T00:00:00Z', expires_at: '2031-01-01T00:00:00Z' }, 2030],
    ['neither', {}, 'access_expires_at'],
    ['a time without a zone', { access_expires_at: '2030-01-01T00:00:00' }, 'access_expires_at'],
  ])('is given a token with %s', async (_, times, wanted) => {
    const challenge = { nonce: 'n', domain: 'd', uri: 'u', version: '1', chainId: 1, issuedAt: '2024-05-01T00:00:00Z' };
    const service = createServer((req, res) => {
      req.resume();
      res.writeHead(200, { 'content-type': 'application/json' });
      res.end(JSON.stringify(req.url?.endsWith('/verify') ? { access_token: 't', ...times } : challenge));
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void service.close());
    await once(service, 'listening');
    const http = new Http({ idleMs: 5000 });
    onTestFinished(() => http.close());
    const baseUrl = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
    const dds = new DdsClient({ clock: systemClock, http }, { baseUrl, timeoutMs: 5000, strict: false });
    const logIn = dds.logIn(Wallet.of(Wallet.newKey(systemRandom)), new AbortController().signal);
    if (typeof wanted === 'number') expect(new Date((await logIn).expiresAt).getUTCFullYear()).toBe(wanted);
    else await expect(logIn).rejects.toMatchObject({ code: 'posemesh.dds-garbled', details: { what: wanted } });
  });

  it('by a call back is signed so that the service finds the wallet in it', async () => {
    const servers = await mesh({ dds: { callsBack: false } });
    const node = await client(servers);
    const registrant = { wallet: node.wallet, secret: 's', version: '1.0.0', capabilities: [] };
    expect(await node.dds.register(registrant, 'http://127.0.0.1:9', node.never)).toMatchObject({ status: 200 });
    expect(servers.dds.nodes()).toMatchObject([{ by: 'callback', url: 'http://127.0.0.1:9/', times: 2 }]);
  });

  it('holds strict log-ins against the service and the time', async () => {
    const strict = await client(await mesh(), { strict: true });
    await strict.tokens.bearer();
    const servers = await mesh({ dds: { aheadMs: 300_000 } });
    await expect(client(servers, { strict: true })).rejects.toMatchObject({ details: { what: 'issuedAt' } });
  });

  it.each([
    ['an answer without end', { bytes: 10_000_000 }, 'posemesh.dds-garbled'],
    ['garbage', 'garbage', 'posemesh.dds-garbled'],
    ['half an answer', 'half', 'posemesh.dds-unreachable'],
    ['no answer', 'drop', 'posemesh.dds-unreachable'],
    ['a status', { status: 500 }, 'posemesh.dds-refused'],
  ] as const)('gets %s, and says so by a code', async (_, fault, code) => {
    const servers = await mesh();
    const node = await client(servers);
    servers.dds.fault(fault, { route: 'verify' });
    await expect(node.tokens.bearer()).rejects.toMatchObject({ code });
  });

  it('is followed nowhere else', async () => {
    const servers = await mesh();
    const elsewhere = await mesh();
    const node = await client(servers);
    servers.dds.fault({ redirect: `${elsewhere.dds.url}/internal/v1/auth/siwe/verify` }, { route: 'verify' });
    await expect(node.tokens.bearer()).rejects.toMatchObject({ status: 307 });
    await expect(node.dms.lease(undefined, node.never)).rejects.toMatchObject({ status: 307 });
  });

  it('that a manager refuses is replaced, and the call made once more, not twice', async () => {
    const servers = await mesh();
    const node = await client(servers);
    await node.dms.lease(undefined, node.never);
    servers.dds.revoke();
    expect(await node.dms.lease(undefined, node.never)).toBeUndefined();
    expect(servers.dds.tokens).toHaveLength(2);
    servers.dms.fault({ status: 401 });
    await expect(node.dms.lease(undefined, node.never)).rejects.toMatchObject({ status: 401 });
    expect(servers.dds.tokens).toHaveLength(3);
  });

  it('asks for one capability where that is wanted, and takes a busy manager for one without work', async () => {
    const servers = await mesh();
    const node = await client(servers);
    order(servers, { capability: '/other/v1' });
    expect(await node.dms.lease('/test/v1', node.never)).toBeUndefined();
    expect(await node.dms.lease('/other/v1', node.never)).toMatchObject({ task: { capability: '/other/v1' } });
    expect(await node.dms.lease(undefined, node.never)).toBeUndefined();
    expect(servers.dms.filters).toEqual(['/test/v1', '/other/v1', null]);
  });
});

describe('a job', () => {
  it.each(['current', 'legacy'] as const)(
    'loads its inputs, stores its results and is reported once (%s)',
    async (wire) => {
      const servers = await mesh({ dms: { wire }, domain: { partBytes: 1000 } });
      const scan = servers.domain.put('scan_2024-01-02_03-04-05', 'refined_scan_zip', Buffer.from('a scan'));
      const managed = order(servers, { inputs: [servers.domain.cidOf(scan)], outputsPrefix: '/out/' });
      const { outcome, scratchFolder } = await doJob(
        servers,
        async ({ job, input, output, control }) => {
          const found = await input.materialize(job.inputs[0]!);
          expect(found.path.replace(found.rootDir, '')).toBe(
            '/datasets/2024-01-02_03-04-05/scan_2024-01-02_03-04-05.refined_scan_zip',
          );
          expect([readFileSync(found.path, 'utf8'), found.dataId, statSync(found.path).mode & 0o777]).toEqual([
            'a scan',
            scan.id,
            0o600,
          ]);
          expect((await input.bytes(job.inputs[0]!)).toString()).toBe('a scan');
          control.progress({ stage: 'half' });
          control.logEvent({ event: 'seen' });
          await output.put('a/result.json', { bytes: Buffer.from('{}') });
          const large = join(found.rootDir, 'large');
          writeFileSync(large, Buffer.alloc(2500, 'x'));
          await output.put('large.ply', { file: large });
          const writer = await output.open('pieces.bin');
          for (const piece of ['one ', 'two']) await writer.write(Buffer.from(piece));
          await writer.finish();
          await output.put('a/result.json', { bytes: Buffer.from('{"again":1}') });
        },
        { options: { wire, partsFrom: 2000 } },
      );
      expect(await outcome).toEqual({ kind: 'done' });
      const { task } = { task: managed.taskId };
      const stored = servers.domain.data.slice(1).map(({ name, dataType, size }) => [name, dataType, size]);
      expect(stored).toEqual([
        [`out_a_result_json_${task}`, 'json', 11],
        [`out_large_ply_${task}`, 'ply', 2500],
        [`out_pieces_bin_${task}`, 'bin_data', 7],
      ]);
      expect(servers.domain.data[2]!.sha256).toBe(sha256(Buffer.alloc(2500, 'x')));
      const [report] = managed.reports;
      expect(managed.reports).toHaveLength(1);
      const ids = servers.domain.data.slice(1).map(({ id }) => id);
      expect(wire === 'current' ? report!.body.output_cids : ids).toEqual(ids);
      const heard = managed.heartbeats.at(-1)!;
      expect(heard.progress).toEqual({ stage: 'half' });
      expect(JSON.stringify(managed.heartbeats)).toContain('seen');
      expect(readdirSync(scratchFolder)).toEqual([]);
    },
  );

  it('of the practice runner leaves what the official one leaves', async () => {
    const servers = await mesh();
    const scan = servers.domain.put('scan', 'zip', Buffer.from('x'));
    const managed = order(servers, {
      capability: '/reconstruction/local-refinement/v1',
      inputs: [servers.domain.cidOf(scan)],
    });
    const { outcome } = await doJob(servers, nothing);
    expect(await outcome).toEqual({ kind: 'done' });
    const { artifacts } = managed.reports[0]!.body.meta as { artifacts: { logical_path: string }[] };
    expect(artifacts.map((artifact) => artifact.logical_path)).toEqual([
      'out/job_manifest.json',
      'out/refined/global/refined_manifest.json',
      'out/refined/global/RefinedPointCloudReduced.ply',
      'out/outputs_index.json',
      'out/result.json',
      'out/scan_data_summary.json',
    ]);
    expect(managed.heartbeats.at(-1)!.progress).toEqual({ stage: 'completed', inputsCount: 1 });
  });

  it.each([
    ['a capability without a runner', { capability: '/unknown/v1' }, 'start_session'],
    ['no domain', { lease: { domain_id: null } }, 'build_ports'],
    ['no domain server', { lease: { domain_server_url: null } }, 'build_ports'],
  ])('with %s fails with its stage', async (_, over, stage) => {
    const servers = await mesh();
    const managed = order(servers, over);
    const { outcome } = await doJob(servers, nothing);
    expect(await outcome).toMatchObject({ kind: 'failed', reported: true });
    expect(managed.reports).toMatchObject([
      { kind: 'fail', body: { reason: 'node_setup_failed', details: { stage } } },
    ]);
  });

  it('whose first heartbeat is refused fails with that stage', async () => {
    const servers = await mesh();
    const managed = order(servers);
    servers.dms.fault({ status: 500 }, { route: 'heartbeat', times: 1 });
    const { outcome } = await doJob(servers, nothing);
    expect(await outcome).toMatchObject({ kind: 'failed' });
    expect(managed.reports[0]!.body).toMatchObject({ details: { stage: 'initial_heartbeat' } });
  });

  it('whose runner fails tells why, with what it stored before and without its token', async () => {
    const servers = await mesh();
    const managed = order(servers);
    const { outcome } = await doJob(servers, async ({ output, accessToken }) => {
      await output.put('partly.json', { bytes: Buffer.from('{}') });
      throw new Error(`it broke with ${accessToken.get()}`);
    });
    expect(await outcome).toEqual({ kind: 'failed', code: 'posemesh.runner-failed', reported: true });
    expect(managed.reports).toMatchObject([
      {
        kind: 'fail',
        body: {
          reason: 'runner failed: it broke with [token]',
          details: { artifacts: [{ logical_path: 'out/partly.json' }] },
        },
      },
    ]);
  });

  it.each<[string, (servers: Awaited<ReturnType<typeof mesh>>, managed: ReturnType<typeof order>) => void, string]>([
    ['is cancelled', (_, managed) => void Object.assign(managed, { cancel: true }), 'cancelled'],
    ['is given to another', (servers, managed) => servers.dms.takeAway(managed), 'lost'],
    ['is answered for by none', (servers) => servers.dms.fault('drop', { route: 'heartbeat' }), 'lost'],
  ])('that %s while it runs is neither completed nor failed', async (_, act, kind) => {
    const servers = await mesh({ dms: { leaseMs: 400 } });
    const managed = order(servers);
    const { outcome, scratchFolder } = await doJob(servers, async (context) => {
      act(servers, managed);
      await forever(context);
    });
    expect(await outcome).toEqual({ kind });
    expect([managed.reports, readdirSync(scratchFolder)]).toEqual([[], []]);
  });

  it('that was cancelled before it began is not begun', async () => {
    const servers = await mesh();
    const managed = order(servers);
    managed.cancel = true;
    const begun = vi.fn(nothing);
    const { outcome } = await doJob(servers, begun);
    expect([await outcome, begun.mock.calls, managed.reports]).toEqual([{ kind: 'cancelled' }, [], []]);
  });

  it.each([
    ['handed-back', 'handed back: the owner of the node took the computer back'],
    ['cancelled', 'cancelled: the node had to stop before the job was done'],
  ] as const)('that its owner ends (%s) fails with that reason', async (why, reason) => {
    const servers = await mesh();
    const managed = order(servers);
    const { job, outcome } = await doJob(servers, forever);
    await until('it to run', () => managed.heartbeats.length >= 2);
    job.stop(why);
    expect(await outcome).toEqual({ kind: 'stopped', why, reported: true });
    expect(managed.reports).toMatchObject([{ kind: 'fail', body: { reason } }]);
  });

  it.each<[string, { status: number } | 'drop', 'complete' | 'fail', number, boolean]>([
    ['a report of success', { status: 502 }, 'complete', 1, true],
    ['a report of success', { status: 504 }, 'complete', 2, true],
    ['a report of failure', { status: 503 }, 'fail', 2, true],
    ['a report that is refused more often than it is made', { status: 503 }, 'complete', 3, false],
    ['a report that a fault met', { status: 500 }, 'complete', 1, false],
    ['a report that may have arrived', 'drop', 'complete', 1, false],
  ])('that repeats reports repeats %s after %j', async (_, fault, route, times, taken) => {
    const servers = await mesh();
    const managed = order(servers);
    servers.dms.fault(fault, { route, times });
    const run = route === 'fail' ? () => Promise.reject(new Error('no')) : nothing;
    const { outcome } = await doJob(servers, run, { options: { receiptRetries: 2 } });
    await outcome;
    expect(managed.reports.map(({ kind }) => kind)).toEqual(taken ? [route] : []);
  });

  it('that its manager cancels with the last heartbeat is reported by nothing', async () => {
    const servers = await mesh();
    const managed = order(servers);
    const { outcome } = await doJob(servers, async ({ control }) => {
      managed.cancel = true;
      control.progress({ step: 'last' });
    });
    expect(await outcome).toEqual({ kind: 'cancelled' });
    expect(managed.reports).toEqual([]);
  });

  it('that does nothing says of each input what it is', async () => {
    const servers = await mesh();
    const input = servers.domain.put('scan', 'dmt_zip', Buffer.from('x'));
    const cid = servers.domain.cidOf(input);
    const managed = order(servers, { capability: '/reconstruction/local-refinement/v1', inputs: [cid] });
    const { outcome } = await doJob(servers, nothing);
    expect(await outcome).toEqual({ kind: 'done' });
    expect(managed.heartbeats.flatMap(({ events }) => events ?? [])).toContainEqual({
      event: 'materialize_input',
      cid,
      dataId: input.id,
      dataType: 'dmt_zip',
      name: 'scan',
      domainId: servers.domain.domainId,
    });
  });

  it('whose runner fails with its token in its words says it to nobody, old or new', async () => {
    const servers = await mesh();
    const managed = order(servers);
    const tokens: string[] = [];
    const lines: string[] = [];
    const log = (_: string, more?: object) => void lines.push(inspect(more, { depth: 9 }));
    const logger = { ...silentLogger, warn: log, error: log };
    const { outcome } = await doJob(
      servers,
      async ({ accessToken, control }) => {
        tokens.push(accessToken.get());
        servers.dms.renewToken(managed);
        control.progress({ step: 1 });
        await until('another token', () => accessToken.get() !== tokens[0]);
        tokens.push(accessToken.get());
        throw new Error(`GET failed with Bearer ${tokens.join(' and ')}`);
      },
      { logger },
    );
    expect(await outcome).toMatchObject({ kind: 'failed' });
    expect(tokens).toHaveLength(2);
    const said = [JSON.stringify(managed.reports), ...lines];
    expect(managed.reports).toMatchObject([
      { body: { reason: 'runner failed: GET failed with Bearer [token] and [token]' } },
    ]);
    for (const token of tokens) expect(said.some((text) => text.includes(token))).toBe(false);
  });

  it('that was reported without an answer is not reported again, unless its owner wants that', async () => {
    for (const receiptRetries of [0, 2]) {
      const servers = await mesh();
      const managed = order(servers);
      servers.dms.fault({ status: 503 }, { route: 'complete', times: 1 });
      const { outcome } = await doJob(servers, nothing, { options: { receiptRetries } });
      expect(await outcome).toEqual({ kind: receiptRetries === 0 ? 'unknown' : 'done' });
      expect(managed.reports).toHaveLength(receiptRetries === 0 ? 0 : 1);
    }
  });
});

describe('inputs', () => {
  const load = async (servers: Awaited<ReturnType<typeof mesh>>, cid: string, options = {}) => {
    order(servers, { inputs: [cid] });
    let text = '';
    let files: string[] = [];
    const done = await doJob(
      servers,
      async ({ input, job }) => {
        const { path, relatedFiles, rootDir } = await input.materialize(job.inputs[0]!);
        text = readFileSync(path, 'utf8');
        files = [path, ...relatedFiles].map((one) => one.slice(rootDir.length));
      },
      { options },
    );
    const outcome = await done.outcome;
    expect(readdirSync(done.scratchFolder)).toEqual([]);
    return { outcome, text, files };
  };

  it.each([
    ['uri', 'auto', 'address'],
    ['ids', 'auto', 'address'],
    ['list', 'auto', 'address'],
    ['ids', 'ids', 'address'],
    ['all', 'uri', 'address'],
    ['all', 'auto', 'path'],
    ['ids', 'auto', 'id'],
    ['list', 'auto', 'id'],
  ] as const)(
    'of a server that hands data out by %s are loaded by %s, named by an %s',
    async (style, downloadStyle, by) => {
      const servers = await mesh({ domain: { style } });
      const data = servers.domain.put('a name', 'json', Buffer.from('content'));
      const cid = {
        address: servers.domain.cidOf(data),
        path: new URL(servers.domain.cidOf(data)).pathname,
        id: data.id,
      }[by];
      expect(await load(servers, cid, { downloadStyle })).toEqual({
        outcome: { kind: 'done' },
        text: 'content',
        files: ['/datasets/a_name/a_name.json'],
      });
    },
  );

  it.each([
    ['../../etc/passwd', 'sh', '/datasets/______etc_passwd/______etc_passwd.sh'],
    ['CON', 'txt', '/datasets/_CON/_CON.txt'],
    ['', '', '/datasets/part/part.part'],
    ['a/b\\c:d', '../x', '/datasets/a_bc_d/a_bc_d.___x'],
    ['n'.repeat(4096), 'json', `/datasets/${'n'.repeat(200)}/${'n'.repeat(195)}.json`],
    ['päth💥', 'ply', '/datasets/p_th_/p_th_.ply'],
  ])('called %s of type %s lie within the folder of the job', async (name, type, file) => {
    const servers = await mesh();
    const data = servers.domain.put(name, type, Buffer.from('x'));
    expect(await load(servers, servers.domain.cidOf(data))).toMatchObject({ files: [file] });
  });

  it('of the same name lie beside one another, and several of one answer too', async () => {
    const servers = await mesh();
    const [one, two] = ['first', 'second'].map((text) => servers.domain.put('Same', 'json', Buffer.from(text)));
    const both = `${servers.domain.url}/api/v1/domains/${servers.domain.domainId}/data?ids=${one!.id},${two!.id}`;
    expect(await load(servers, both)).toMatchObject({
      text: 'first',
      files: ['/datasets/Same/Same.json', '/datasets/Same/Same-2.json'],
    });
  });

  it('of another server or another domain are refused, and never get the token', async () => {
    const servers = await mesh();
    const heard: (string | undefined)[] = [];
    const stranger = createServer((req, res) => {
      heard.push(req.headers.authorization);
      res.writeHead(200, { 'content-type': 'multipart/form-data; boundary=b' });
      res.end('--b\r\nContent-Disposition: f; id=1; name=x; data-type=y\r\n\r\nforeign\r\n--b--');
    });
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void stranger.close());
    stranger.unref();
    const foreign = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}/data`;
    expect((await load(servers, foreign)).outcome).toMatchObject({ code: 'posemesh.input-foreign-origin' });
    const other = `${servers.domain.url}/api/v1/domains/55555555-5555-4555-8555-555555555555/data/x`;
    expect((await load(servers, other)).outcome).toMatchObject({ code: 'posemesh.input-foreign-domain' });
    expect(heard).toEqual([]);
    expect(await load(servers, foreign, { foreign: true })).toMatchObject({
      outcome: { kind: 'done' },
      text: 'foreign',
    });
    expect(heard).toEqual([undefined]);
    stranger.closeAllConnections();
  });

  it('of another server choose nothing at the job’s own', async () => {
    const servers = await mesh();
    const secret = servers.domain.put('secret', 'json', Buffer.from('secret'));
    const stranger = createServer((_, res) => {
      res.writeHead(200, { 'content-type': 'application/json' });
      res.end(JSON.stringify({ data: [{ id: secret.id, name: 'x', data_type: 'json' }] }));
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void stranger.close());
    await once(stranger, 'listening');
    const cid = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}/data/1`;
    const loaded = await load(servers, cid, { foreign: true });
    expect(loaded.outcome).toMatchObject({ code: 'posemesh.domain-garbled' });
    expect(servers.domain.requests).toEqual([]);
  });

  it('whose size is another than was said are not used', async () => {
    const servers = await mesh();
    const short = createServer((_, res) => {
      res.writeHead(200, { 'content-type': 'multipart/form-data; boundary=b' });
      const head = '--b\r\nContent-Disposition: form-data; id="1"; name="n"; data-type="t"; size="9"\r\n\r\n';
      res.end(`${head}short\r\n--b--\r\n`);
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void short.close());
    await once(short, 'listening');
    const cid = `http://127.0.0.1:${(short.address() as AddressInfo).port}/data/1`;
    expect((await load(servers, cid, { foreign: true })).outcome).toMatchObject({ code: 'posemesh.domain-garbled' });
  });

  it.each(['file:///etc/passwd', 'http://user:pw@127.0.0.1/x', '//evil.example.com/x', 'not an address'])(
    'called %s are refused',
    async (cid) => {
      expect((await load(await mesh(), cid)).outcome).toMatchObject({
        code: expect.stringMatching(/^posemesh\.input-(address|foreign-origin)$/),
      });
    },
  );

  it('are asked for again where the server fails, three times in all', async () => {
    const servers = await mesh();
    const data = servers.domain.put('a', 'json', Buffer.from('x'));
    servers.domain.fault({ status: 503 }, { route: 'data GET', times: 1 });
    servers.domain.fault('drop', { route: 'data GET', times: 1 });
    expect((await load(servers, servers.domain.cidOf(data))).outcome).toEqual({ kind: 'done' });
    expect(servers.domain.requests.filter(({ method }) => method === 'GET')).toHaveLength(3);
  });

  it.each([
    [{ status: 403 }, 1, 'posemesh.domain-refused'],
    [{ status: 404 }, 1, 'posemesh.domain-refused'],
    ['garbage', 1, 'posemesh.domain-garbled'],
    [{ redirect: 'http://127.0.0.1:9/' }, 1, 'posemesh.domain-refused'],
  ] as const)('that are answered with %j are not asked for again', async (fault, times, code) => {
    const servers = await mesh();
    const data = servers.domain.put('a', 'json', Buffer.from('x'));
    servers.domain.fault(fault, { route: 'data GET' });
    expect((await load(servers, servers.domain.cidOf(data), { downloadStyle: 'uri' })).outcome).toMatchObject({ code });
    expect(servers.domain.requests.filter(({ method }) => method === 'GET')).toHaveLength(times);
  });

  it('larger than a job may take of the disk fail it, and what they took is free again', async () => {
    const servers = await mesh();
    const data = servers.domain.put('large', 'zip', 3_000_000);
    expect((await load(servers, servers.domain.cidOf(data), { diskBytes: 2_000_000 })).outcome).toMatchObject({
      code: 'posemesh.disk-limit',
    });
  });
});

describe('results', () => {
  it('go on with the token of a heartbeat that came between their parts', async () => {
    const servers = await mesh({ domain: { partBytes: 1000 } });
    const managed = order(servers);
    const { outcome } = await doJob(
      servers,
      async ({ output }) => {
        await output.put('first.json', { bytes: Buffer.from('{}') });
        // The second part finds that its token is refused; the heartbeat it asks for brings another.
        servers.domain.fault({ status: 401 }, { route: 'multipart PUT', after: 1, times: 1 });
        servers.dms.renewToken(managed);
        await output.put('parts.bin', { bytes: Buffer.alloc(2500, 'x') });
      },
      { options: { partsFrom: 2000 } },
    );
    expect(await outcome).toEqual({ kind: 'done' });
    expect([managed.tokens.length, servers.domain.data.at(-1)!.size, servers.domain.open()]).toEqual([2, 2500, 0]);
  });

  it.each<[string, object, object]>([
    ['in parts', { partBytes: 0 }, { partsFrom: 10 }],
    ['at once that are too large for it', { requestMaxBytes: 1000 }, { partsFrom: 100_000 }],
    ['at once', {}, {}],
  ])('are stored at a server that does not take them %s', async (_, domain, options) => {
    const servers = await mesh({ domain });
    order(servers);
    const { outcome } = await doJob(
      servers,
      async ({ output }) => void (await output.put('r.bin', { bytes: Buffer.alloc(5000) })),
      { options },
    );
    expect(await outcome).toEqual({ kind: 'done' });
    expect(servers.domain.data).toMatchObject([{ size: 5000, sha256: sha256(Buffer.alloc(5000)) }]);
  });

  it('take the place of what has their name and type already, and an empty one is stored', async () => {
    const servers = await mesh();
    const before = servers.domain.put('cloud', 'ply', Buffer.from('old'));
    order(servers);
    const { outcome } = await doJob(servers, async ({ output }) => {
      const content = { bytes: Buffer.from('new') };
      expect(await output.putDomainArtifact({ relativePath: 'c', name: 'cloud', dataType: 'ply', content })).toBe(
        before.id,
      );
      await output.put('empty', { bytes: Buffer.alloc(0) });
    });
    expect(await outcome).toEqual({ kind: 'done' });
    expect(servers.domain.data.map(({ bytes }) => bytes?.toString())).toEqual(['new', '']);
  });

  it('of a size for parts take the place of what is there, each part with its length', async () => {
    const servers = await mesh({ domain: { partBytes: 1000 } });
    const before = servers.domain.put('cloud', 'ply', Buffer.from('old'));
    order(servers);
    const { outcome } = await doJob(
      servers,
      async ({ output }) => {
        const content = { bytes: Buffer.alloc(2500, 'n') };
        const at = { relativePath: 'c', name: 'cloud', dataType: 'ply', content };
        expect(await output.putDomainArtifact(at)).toBe(before.id);
      },
      { options: { partsFrom: 2000 } },
    );
    expect(await outcome).toEqual({ kind: 'done' });
    const parts = servers.domain.requests.filter(({ path }) => path.includes('partNumber='));
    expect([servers.domain.data.map(({ id, size }) => [id, size]), parts.map(({ length }) => length)]).toEqual([
      [[before.id, 2500]],
      [1000, 1000, 500],
    ]);
  });

  it('written piece by piece go in parts however small they are, and at once where they are empty', async () => {
    const servers = await mesh();
    order(servers);
    const { outcome } = await doJob(servers, async ({ output }) => {
      const small = await output.open('small.bin');
      await small.write(Buffer.from('seven b'));
      await small.finish();
      await (await output.open('empty.bin')).finish();
    });
    expect(await outcome).toEqual({ kind: 'done' });
    const begun = servers.domain.requests.filter(({ path }) => path.includes('uploads'));
    expect([begun.length, servers.domain.data.map(({ size }) => size)]).toEqual([1, [7, 0]]);
  });

  it.each([
    ['no size of a part', { upload_id: 'u', part_size: 0 }],
    ['a size that is none', { upload_id: 'u', part_size: 1.5 }],
    ['parts that are too large', { upload_id: 'u', part_size: 2 ** 31 }],
  ])('that a server begins to take with %s are given up there', async (_, answer) => {
    const asked: string[] = [];
    const strange = createServer((req, res) => {
      asked.push(`${req.method} ${req.url?.split('?')[1] ?? ''}`);
      req.resume();
      req.once('end', () => {
        res.writeHead(200, { 'content-type': 'application/json' });
        res.end(JSON.stringify(req.method === 'POST' ? answer : { data: [] }));
      });
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void strange.close());
    await once(strange, 'listening');
    const servers = await mesh();
    order(servers, { domainUrl: `http://127.0.0.1:${(strange.address() as AddressInfo).port}` });
    const { outcome } = await doJob(
      servers,
      async ({ output }) => void (await output.put('r', { bytes: Buffer.alloc(2500) })),
      { options: { partsFrom: 1 } },
    );
    expect(await outcome).toMatchObject({ code: 'posemesh.domain-garbled' });
    expect(asked.at(-1)).toBe('DELETE uploadId=u');
  });

  it('in parts that can’t be finished are given up at the server, and the job fails once', async () => {
    const servers = await mesh({ domain: { partBytes: 1000 } });
    const managed = order(servers);
    servers.domain.fault({ status: 400 }, { route: 'multipart PUT', after: 1 });
    const { outcome } = await doJob(
      servers,
      async ({ output }) => void (await output.put('r', { bytes: Buffer.alloc(2500) })),
      { options: { partsFrom: 1 } },
    );
    expect(await outcome).toMatchObject({ code: 'posemesh.domain-refused' });
    expect([servers.domain.open(), servers.domain.aborted(), managed.reports.length]).toEqual([0, 1, 1]);
  });

  it('whose job is taken away between their parts are given up too', async () => {
    const servers = await mesh({ domain: { partBytes: 1000 }, dms: { leaseMs: 400 } });
    const managed = order(servers);
    servers.domain.fault({ late: 2000 }, { route: 'multipart PUT', after: 1 });
    const { outcome } = await doJob(
      servers,
      async ({ output }) => {
        servers.dms.takeAway(managed);
        await output.put('r', { bytes: Buffer.alloc(2500) });
      },
      { options: { partsFrom: 1 } },
    );
    expect(await outcome).toEqual({ kind: 'lost' });
    expect([servers.domain.open(), servers.domain.aborted(), managed.reports]).toEqual([0, 1, []]);
  });

  it('that are a link, or no file, or named by quotation marks are refused', async () => {
    const folder = temporaryFolder();
    symlinkSync('/etc/passwd', join(folder, 'link'));
    for (const [file, code] of [
      [join(folder, 'link'), 'posemesh.result-no-file'],
      [folder, 'posemesh.result-no-file'],
      [join(folder, 'missing'), 'posemesh.result-no-file'],
    ]) {
      const servers = await mesh();
      order(servers);
      const { outcome } = await doJob(servers, async ({ output }) => void (await output.put('r', { file: file! })));
      expect(await outcome).toMatchObject({ code });
    }
    const servers = await mesh();
    order(servers);
    const { outcome } = await doJob(servers, async ({ output }) => {
      const content = { bytes: Buffer.from('x') };
      await output.putDomainArtifact({ relativePath: 'r', name: 'a"; id="b', dataType: 'x', content });
    });
    expect(await outcome).toMatchObject({ code: 'posemesh.name-unusable' });
  });

  it('written piece by piece leave nothing behind when they are given up', async () => {
    const servers = await mesh();
    order(servers);
    const spools: number[] = [];
    const { outcome, scratchFolder } = await doJob(servers, async ({ output }) => {
      const writer = await output.open('r.bin');
      await writer.write(Buffer.from('x'));
      spools.push(filesIn(scratchFolder).length);
      await writer.abort();
      spools.push(filesIn(scratchFolder).length);
      await expect(writer.write(Buffer.from('y'))).rejects.toMatchObject({ code: 'posemesh.result-over' });
    });
    expect(await outcome).toEqual({ kind: 'done' });
    expect(servers.domain.data).toEqual([]);
    expect([spools, filesIn(scratchFolder)]).toEqual([[1, 0], []]);
  });

  it('that are left open are closed with the job', async () => {
    const servers = await mesh();
    order(servers);
    const open = () => readdirSync('/proc/self/fd').length;
    const before = open();
    const { outcome } = await doJob(servers, async ({ output }) => {
      for (let at = 0; at < 20; at += 1) await (await output.open(`${at}.bin`)).write(Buffer.from('x'));
      expect(open()).toBeGreaterThanOrEqual(before + 20);
    });
    expect(await outcome).toEqual({ kind: 'done' });
    expect(open()).toBeLessThan(before + 20);
  });
});
