// What a child process does for attacks by servers of posemesh: the node's own parts, as they ask such servers.
import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Runner, Runners } from '../../src-main/backends/runners/runner.ts';
import { systemClock as clock } from '../../src-main/base/clock.ts';
import { toHearthError } from '../../src-main/base/errors.ts';
import { silentLogger as logger } from '../../src-main/base/logger.ts';
import { systemRandom as random } from '../../src-main/base/random.ts';
import { DdsClient } from '../../src-main/networks/posemesh/dds/dds-client.ts';
import { DmsClient } from '../../src-main/networks/posemesh/dms/dms-client.ts';
import { readHeartbeat, readLease } from '../../src-main/networks/posemesh/dms/lease.ts';
import { Http } from '../../src-main/networks/posemesh/http.ts';
import { LeasedJob } from '../../src-main/networks/posemesh/jobs/leased-job.ts';
import { Wallet } from '../../src-main/networks/posemesh/wallet/wallet.ts';

const MIB = 1024 * 1024;
const TASK = '11111111-1111-4111-8111-111111111111';
const DOMAIN = '44444444-4444-4444-8444-444444444444';
const CAPABILITY = '/examples/hello/v1';
const wallet = Wallet.of(Wallet.newKey(random));

/** Never to be found anywhere but at the server that it is for. */
export const SECRETS = {
  registration: 'the-registration-secret-of-the-hostile-suite',
  logIn: 'the-log-in-of-the-hostile-suite',
  domain: 'the-domain-token-of-the-hostile-suite',
};

export interface Asked {
  readonly url: string;
  readonly ms: number;
}

/** As the user, the log and the manager would be told; `leaked` besides where a secret is in it. */
function toldOf(error: unknown): readonly string[] {
  const known = toHearthError(error);
  const told = `${JSON.stringify(Object.entries(known))}${known.message}${String(error)}`;
  return [known.code, ...(Object.values(SECRETS).some((secret) => told.includes(secret)) ? ['leaked'] : [])];
}

async function withHttp<T>(ms: number, use: (http: Http) => Promise<T>): Promise<T> {
  const http = new Http({ idleMs: ms });
  try {
    return await use(http);
  } finally {
    await http.close();
  }
}

export type What = 'wallet' | 'callback' | 'log-in';

const OPTIONS = {
  wire: 'current',
  heartbeat: { minRatio: 0.25, maxRatio: 0.35, retry: false, gatherMs: 0 },
  receiptRetries: 0,
  clientId: 'hostile-suite',
  downloadStyle: 'auto',
  foreign: false,
  partsFrom: MIB,
  diskBytes: 32 * MIB,
} as const;

const tokens = { bearer: () => Promise.resolve(SECRETS.logIn), onUnauthorized: () => {} };

/** A runner that does what an attack needs of it; it answers what it found out of its inputs. */
function runnerFor(what: 'load' | 'read' | 'store' | 'wait', found: string[]): Runner {
  return {
    capability: CAPABILITY,
    async run({ job, input, output, control }) {
      if (what === 'wait') await clock.sleep(60_000, control.signal);
      for (const cid of job.inputs) {
        if (what === 'read') await input.bytes(cid);
        if (what !== 'load') continue;
        const { path, relatedFiles, rootDir } = await input.materialize(cid);
        const inside = [path, ...relatedFiles].every((one) => one.startsWith(join(rootDir, 'datasets', '/')));
        found.push(inside ? 'inside' : 'outside');
        const names = [path, ...relatedFiles].flatMap((one) => one.slice(rootDir.length).split('/'));
        if (names.some((name) => Buffer.byteLength(name) > 255)) found.push('a name too long');
      }
      if (what === 'store') await output.put('result.bin', { bytes: Buffer.alloc(3 * MIB) });
    },
  };
}

/** One job, its manager as it may be; what came of it, what was found, and whether something is left of it. */
async function job(
  http: Http,
  lease: object,
  dms: Pick<DmsClient, 'heartbeat' | 'complete' | 'fail'>,
  {
    folder,
    what,
    ms,
  }: { readonly folder: string; readonly what: Parameters<typeof runnerFor>[0]; readonly ms: number },
): Promise<readonly string[]> {
  const found: string[] = [];
  const scratchFolder = join(folder, randomUUID());
  // No one waits seconds in here before a server is asked again.
  const brisk = { ...clock, sleep: (wait: number, signal?: AbortSignal) => clock.sleep(Math.min(wait, 20), signal) };
  const leased = new LeasedJob(
    readLease(lease),
    {
      clock: what === 'wait' ? clock : brisk,
      random,
      logger,
      http,
      dms,
      runners: new Runners([runnerFor(what, found)]),
      scratchFolder,
      changed: () => {},
      completing: () => Promise.resolve(),
    },
    OPTIONS,
  );
  const cancel = clock.after(ms, () => leased.stop('cancelled'));
  const outcome = await leased.run();
  cancel();
  const left = readdirSync(scratchFolder, { recursive: true });
  return [
    outcome.kind === 'failed' ? outcome.code : outcome.kind,
    ...found,
    left.length === 0 ? 'nothing left' : `left ${left.join()}`,
  ];
}

export const posemeshJobs = {
  /** Registers in one of two ways, or logs in. */
  posemeshDds: ({ url, ms, what }: Asked & { readonly what: What }) =>
    withHttp(ms, async (http) => {
      const dds = new DdsClient({ clock, http }, { baseUrl: url, timeoutMs: ms, strict: false });
      const registrant = { wallet, secret: SECRETS.registration, version: '1.0.0', capabilities: [CAPABILITY] };
      const { signal } = new AbortController();
      try {
        if (what === 'log-in') return [(await dds.logIn(wallet, signal)) && 'logged in'];
        const answer =
          what === 'wallet'
            ? await dds.registerWallet(registrant, signal)
            : await dds.register(registrant, 'http://127.0.0.1:9/', signal);
        return [answer.outcome];
      } catch (error) {
        return toldOf(error);
      }
    }),

  /** Asks for a job; one that comes is done against the same manager, and waits as long as it may. */
  posemeshDms: ({ url, ms, folder }: Asked & { readonly folder: string }) =>
    withHttp(ms, async (http) => {
      const dms = new DmsClient({ clock, http, tokens }, { baseUrl: url, timeoutMs: ms });
      try {
        const lease = await dms.lease(undefined, new AbortController().signal);
        if (!lease) return ['no job'];
        return await job(http, lease, dms, { folder, what: 'wait', ms });
      } catch (error) {
        return toldOf(error);
      }
    }),

  /** One job with an honest manager, whose data is at that server. */
  posemeshDomain: ({
    url,
    ms,
    folder,
    what,
    cids = ['some-data'],
  }: Asked & {
    readonly folder: string;
    readonly what: 'load' | 'read' | 'store';
    readonly cids?: readonly string[];
  }) =>
    withHttp(ms, async (http) => {
      const lease = {
        access_token: SECRETS.domain,
        domain_id: DOMAIN,
        domain_server_url: url,
        task: { id: TASK, capability: CAPABILITY, inputs_cids: cids },
      };
      const told: string[] = [];
      const dms = {
        heartbeat: () => Promise.resolve(readHeartbeat({})),
        complete: () => Promise.resolve(),
        fail: (_: string, body: object) => Promise.resolve(void told.push(JSON.stringify(body))),
      };
      const came = await job(http, lease, dms, { folder, what, ms: 60_000 });
      const leaked = Object.values(SECRETS).some((secret) => told.some((one) => one.includes(secret)));
      return [...came, ...(leaked ? ['leaked'] : [])];
    }),
};
