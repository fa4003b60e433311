// What `hearth doctor` asks of posemesh: each line is looked at now, and says what to do next.

import type { Reason } from '../../../src-preload/contract/define.ts';
import type { CheckLine } from '../../../src-preload/contract/networks/index.ts';
import { type PosemeshCheckId, posemeshContract } from '../../../src-preload/contract/networks/posemesh.ts';
import type { Runners } from '../../backends/runners/runner.ts';
import { HearthError, toReason } from '../../base/errors.ts';
import { NO_RUNNER } from './causes.ts';
import type { Http } from './http.ts';
import type { PosemeshNode } from './node.ts';

export interface CheckDeps {
  /** Undefined while it does not run. */
  readonly node: PosemeshNode | undefined;
  /** Where the data of the newest job was. */
  readonly domainServer: () => string | undefined;
  readonly http: () => Http;
  /** Why runners that are set are not used. */
  readonly held: () => Reason | undefined;
}

type Verdict = { readonly state: CheckLine['state']; readonly reason: Reason };

const MOST_MS = 15_000;

const verdict = (state: CheckLine['state'], code: string, message: string, action?: string): Verdict => ({
  state,
  reason: { code: `posemesh.check-${code}`, message, ...(action !== undefined && { action }) },
});
const SKIPPED = verdict('skipped', 'skipped', 'Not asked: this node has not joined posemesh.');

export async function checkLines(deps: CheckDeps): Promise<Record<PosemeshCheckId, Verdict>> {
  const { node } = deps;
  const signal = AbortSignal.timeout(MOST_MS);
  if (!node) return Object.fromEntries(CHECKS.map((id) => [id, SKIPPED])) as Record<PosemeshCheckId, Verdict>;
  return {
    registered: registered(node),
    secret: secret(node),
    token: await loggedIn(node).catch(failed),
    manager: await manager(node, signal).catch(failed),
    domain: await domain(deps, signal).catch(failed),
    runner: await runnersReady(deps, node.runners, signal).catch(failed),
  };
}

export const CHECKS = Object.keys(posemeshContract.checks) as PosemeshCheckId[];

function registered({ registrar, trouble }: PosemeshNode): Verdict {
  if (registrar.status === 'registered') return verdict('ok', 'registered', 'The discovery service knows this node.');
  if (trouble) return { state: 'failed', reason: trouble.reason };
  return verdict('warning', 'registering', 'This node is just registering.', 'Ask again in a minute.');
}

function secret({ config, registrar }: PosemeshNode): Verdict {
  if (config.mode === 'wallet') {
    return verdict('skipped', 'no-callback', 'Not needed: this node registers with its wallet.');
  }
  if (registrar.secretCame) return verdict('ok', 'called-back', 'The discovery service has called this node back.');
  return verdict(
    'failed',
    'not-called-back',
    'The discovery service has not called this node back yet.',
    'Look whether networks.posemesh.nodeUrl leads to this computer from outside.',
  );
}

async function loggedIn({ tokens, registrar }: PosemeshNode): Promise<Verdict> {
  if (!registrar.open) return verdict('skipped', 'no-log-in', 'Not asked: this node has to register first.');
  await tokens.bearer();
  return verdict('ok', 'logged-in', 'This node is logged in.');
}

async function manager({ dms }: PosemeshNode, signal: AbortSignal): Promise<Verdict> {
  await dms.answers(signal);
  return verdict('ok', 'manager', 'The manager answers.');
}

async function domain({ domainServer, http }: CheckDeps, signal: AbortSignal): Promise<Verdict> {
  const url = domainServer();
  if (url === undefined) return verdict('skipped', 'no-domain', 'Not asked: no job has named a domain server yet.');
  const client = http();
  try {
    await client.whole({ party: 'domain', method: 'GET', url, signal }, { withinMs: MOST_MS, mostBytes: 64 * 1024 });
    return verdict('ok', 'domain', 'The domain server of the last job answers.');
  } finally {
    await client.close();
  }
}

async function runnersReady({ held }: CheckDeps, runners: Runners, signal: AbortSignal): Promise<Verdict> {
  const why = held();
  if (why) return { state: 'failed', reason: why };
  if (runners.capabilities.length === 0) return { state: 'failed', reason: NO_RUNNER };
  for (const runner of runners.all()) {
    const missing = await runner.check?.(signal);
    if (missing) return { state: 'failed', reason: missing };
  }
  return verdict('ok', 'runner', 'Every runner could start.');
}

function failed(error: unknown): Verdict {
  if (error instanceof HearthError) return { state: 'failed', reason: toReason(error) };
  return verdict('warning', 'unknown', 'It took too long to find out.', 'Ask again in a minute.');
}
