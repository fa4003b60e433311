import { onTestFinished } from 'vitest';
import { noopRunners } from '../../src-main/backends/runners/noop.ts';
import { type Runner, Runners } from '../../src-main/backends/runners/runner.ts';
import { systemClock as clock } from '../../src-main/base/clock.ts';
import { type Logger, silentLogger } from '../../src-main/base/logger.ts';
import { systemRandom as random } from '../../src-main/base/random.ts';
import { DdsClient } from '../../src-main/networks/posemesh/dds/dds-client.ts';
import { Tokens } from '../../src-main/networks/posemesh/dds/tokens.ts';
import { DmsClient } from '../../src-main/networks/posemesh/dms/dms-client.ts';
import { Http } from '../../src-main/networks/posemesh/http.ts';
import { LeasedJob, type LeasedJobOptions } from '../../src-main/networks/posemesh/jobs/leased-job.ts';
import { Wallet } from '../../src-main/networks/posemesh/wallet/wallet.ts';
import { type PracticeMeshOptions, startPracticeMesh } from '../../src-main/practice/posemesh/index.ts';
import { temporaryFolder } from './folder.ts';

/** The servers of a little posemesh. */
export async function mesh(options: PracticeMeshOptions = {}) {
  const servers = await startPracticeMesh({ clock, random }, options);
  onTestFinished(() => servers.stop());
  return servers;
}

export type Mesh = Awaited<ReturnType<typeof mesh>>;

export const JOB_OPTIONS: LeasedJobOptions = {
  wire: 'current',
  heartbeat: { minRatio: 0.25, maxRatio: 0.35, retry: false, gatherMs: 0 },
  receiptRetries: 0,
  clientId: 'test-client',
  downloadStyle: 'auto',
  foreign: false,
  partsFrom: 8 * 1024 * 1024,
  diskBytes: 256 * 1024 * 1024,
};

export const REGISTRANT = { secret: 'reg-secret', version: '1.2.3', capabilities: ['/test/v1'] };

/** The parts of a node that speak to those servers, registered and without a network around them. */
export async function client(servers: Mesh, { timeoutMs = 5000, idleMs = 5000, strict = false } = {}) {
  const http = new Http({ idleMs });
  const wallet = Wallet.of(Wallet.newKey(random));
  const dds = new DdsClient({ clock, http }, { baseUrl: servers.dds.url, timeoutMs, strict });
  const tokens = new Tokens(
    { clock, random, logger: silentLogger, logIn: (signal) => dds.logIn(wallet, signal), changed: () => {} },
    { safetyRatio: 0.75, maxRetries: 0, jitterMs: 10 },
  );
  const dms = new DmsClient({ clock, http, tokens }, { baseUrl: servers.dms.baseUrl, timeoutMs });
  onTestFinished(async () => {
    tokens.stop();
    await http.close();
  });
  const never = new AbortController().signal;
  const register = () => dds.registerWallet({ wallet, ...REGISTRANT }, never);
  await register();
  return { http, wallet, dds, tokens, dms, never, register };
}

/** A runner of the test's own. */
export const runnerOf = (run: Runner['run'], capability = '/test/v1'): Runner => ({ capability, run });

/** Has one job of the manager done by a runner, and resolves with what came of it. */
export async function doJob(
  servers: Mesh,
  run: Runner['run'],
  {
    options = {},
    node,
    scratchFolder = temporaryFolder(),
    logger = silentLogger,
  }: {
    options?: Partial<LeasedJobOptions>;
    node?: Awaited<ReturnType<typeof client>>;
    scratchFolder?: string;
    logger?: Logger;
  } = {},
) {
  const parts = node ?? (await client(servers));
  const lease = await parts.dms.lease(undefined, parts.never);
  if (!lease) throw new Error('the manager has no job');
  const runners = new Runners([runnerOf(run), ...noopRunners(clock, { sleepMs: 0 })]);
  const job = new LeasedJob(
    lease,
    {
      clock,
      random,
      logger,
      runners,
      scratchFolder,
      changed: () => {},
      completing: () => Promise.resolve(),
      ...parts,
    },
    { ...JOB_OPTIONS, ...options },
  );
  return { job, scratchFolder, outcome: job.run(), ...parts };
}

export function order(servers: Mesh, over: Partial<Parameters<Mesh['dms']['order']>[0]> = {}) {
  const { domain, dms } = servers;
  return dms.order({ capability: '/test/v1', domainId: domain.domainId, domainUrl: domain.url, ...over });
}
