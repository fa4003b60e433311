// Posemesh: leases jobs from a manager, does them with runners on this computer, and stores their results at domain servers. Here is
// what the rest of the node sees of it; each run of it is a `PosemeshNode`.

import { rm } from 'node:fs/promises';
import type { Reason } from '../../../src-preload/contract/define.ts';
import type { NetworkCheck, NetworkHistory } from '../../../src-preload/contract/networks/index.ts';
import type { PosemeshDetail } from '../../../src-preload/contract/networks/posemesh.ts';
import { NOOP_CAPABILITIES, noopRunners } from '../../backends/runners/noop.ts';
import { type Runner, Runners } from '../../backends/runners/runner.ts';
import { Emitter } from '../../base/emitter.ts';
import { HearthError } from '../../base/errors.ts';
import { isObject } from '../../base/object.ts';
import type { OpenJob } from '../../work/work.ts';
import type { NetworkHost } from '../host.ts';
import type { Departure, IdentityCapability, Network, NetworkStatus, PublicIdentity } from '../network.ts';
import { POSEMESH } from './bounds.ts';
import { NO_RUNNER, NO_SECRET, TOO_LITTLE_LENT } from './causes.ts';
import { CHECKS, checkLines } from './check.ts';
import { type Config, configIn } from './config/config.ts';
import { importVariables, look } from './config/import.ts';
import { History } from './history.ts';
import { Http } from './http.ts';
import { estimateOf } from './jobs/estimate.ts';
import { JobLog } from './jobs/job-log.ts';
import { RunnerLog } from './jobs/runner-log.ts';
import { recoverJobs } from './jobs/worker.ts';
import type { PosemeshNode } from './node.ts';
import { knownWallet, openWallet } from './wallet/keys.ts';
import type { Wallet } from './wallet/wallet.ts';

const MOST_PROGRESS = 300;

export class PosemeshNetwork implements Network {
  readonly id = 'posemesh';
  readonly name = 'network posemesh';
  readonly identity: IdentityCapability = { open: () => this.#identify() };
  readonly #host: NetworkHost;
  readonly #events = new Emitter<{ changed: undefined }>();
  readonly #history: History;
  readonly #log: JobLog;
  readonly #clientId: string;
  #node: PosemeshNode | undefined;
  #starting: Promise<void> | undefined;
  #runnerLog: RunnerLog | undefined;
  #wallet: Wallet | undefined;
  #opening: Promise<unknown> = Promise.resolve();

  constructor(host: NetworkHost) {
    this.#host = host;
    this.#history = new History(host);
    this.#log = new JobLog(host);
    this.#clientId = `posemesh-compute-node/${host.random.id()}`;
  }

  onChange(listener: () => void): () => void {
    return this.#events.on('changed', listener);
  }

  /** Rejects with ListenRefused or KeyInvalid. One at a time: a start that was too slow for who waited for it is the next one's, too. */
  start(): Promise<void> {
    this.#starting ??= this.#start().finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  async #start(): Promise<void> {
    if (this.#node) return;
    // Loaded when it is joined.
    const { PosemeshNode: Node } = await import('./node.ts');
    const { workFolder } = this.#host;
    const runnerLog = new RunnerLog(this.#host);
    const runners = await this.#host.runners.open((job, lines) => runnerLog.add(job, lines));
    await runners.sweep(new AbortController().signal);
    // What is in there is of a run that did not end in order: this folder has one node at a time.
    await rm(workFolder, { recursive: true, force: true });
    const config = this.#config();
    if (config.versionChanged)
      this.#host.logger.warn('networks.posemesh.nodeVersion is no semantic version', { used: config.version });
    const node = new Node(
      {
        host: this.#host,
        wallet: await this.#open(),
        history: this.#history,
        log: this.#log,
        runners: this.#with(runners.all, config),
        changed: () => this.#changed(),
      },
      config,
    );
    await node.start().catch(async (error: unknown) => {
      await node.stop();
      await runnerLog.close();
      throw error;
    });
    this.#node = node;
    this.#runnerLog = runnerLog;
    this.#changed();
  }

  async stop(): Promise<void> {
    await this.#starting?.catch(() => undefined);
    const node = this.#node;
    if (!node) return;
    this.#node = undefined;
    await node.stop();
    await this.#runnerLog?.close();
    await this.#history.flush();
    this.#changed();
  }

  async leave(departure: Departure): Promise<void> {
    await this.#node?.leave(departure);
  }

  tellNow(): void {
    this.#node?.tellNow();
  }

  recover(open: readonly OpenJob[]): Promise<void> {
    return recoverJobs(open, this.#log);
  }

  status(): NetworkStatus {
    const node = this.#node;
    const trouble = node?.trouble;
    const seenAt = node?.registrar.seenAt ?? null;
    return {
      state: stateOf(node),
      reason: trouble?.reason ?? null,
      nodeId: node ? (this.#wallet?.address ?? null) : null,
      address: node?.nodeUrl ?? null,
      relay: null,
      seen: seenAt === null ? null : { by: new URL(node!.config.ddsBaseUrl).host, at: seenAt },
      events: this.#history.noted,
    };
  }

  detail(): PosemeshDetail {
    const node = this.#node;
    const config = node?.config ?? this.#config();
    return {
      ddsBaseUrl: config.ddsBaseUrl,
      dmsBaseUrl: config.dmsBaseUrl,
      mode: config.mode,
      registration: node?.registrar.status ?? 'disconnected',
      seenAt: node?.registrar.seenAt ?? null,
      calledBack: node?.registrar.secretCame ?? false,
      tokenUntil: node?.tokens.validUntil ?? null,
      address: this.#known()?.address ?? null,
      listening: node?.listening ?? null,
      capabilities: this.#capabilities(config),
      polledAt: node?.worker.polledAt ?? null,
      jobs: (node?.worker.running ?? []).map(({ id, startedAt, job: { session, figures, progress } }) => ({
        id,
        startedAt,
        ...figures,
        taskId: session.leaseTaskId,
        capability: session.task.capability,
        stage: session.task.stage,
        progress: JSON.stringify(progress).slice(0, MOST_PROGRESS),
        ...saidOf(progress),
        estimateMicro: estimateOf(session.task) ?? null,
        domainId: session.domainId ?? null,
        domainServer: session.domain()?.url ?? null,
        attempts: session.task.attempts,
        maxAttempts: session.task.max_attempts,
        leaseUntil: session.leaseExpiresAt ?? null,
      })),
    };
  }

  blockers(): readonly Reason[] {
    const config = this.#config();
    const { regSecret, resources } = config;
    const { availability, slots } = this.#host;
    // While no work is taken nothing is lent, which is no lack of this computer's.
    const room = !availability.answer().accepting || slots.couldHold(resources, this.id);
    return [
      ...(this.#capabilities(config).length > 0 ? [] : [this.#host.runners.held() ?? NO_RUNNER]),
      ...(regSecret === '' ? [NO_SECRET] : []),
      ...(room ? [] : [TOO_LITTLE_LENT]),
    ];
  }

  async check(): Promise<NetworkCheck> {
    const verdicts = await checkLines({
      node: this.#node,
      domainServer: () => this.#log.lastDomainServer(),
      http: () => new Http({ idleMs: POSEMESH.idleMs }),
      held: () => this.#host.runners.held(),
    });
    const lines = CHECKS.map((id) => ({ id, ...verdicts[id] }));
    const ok = lines.every(({ state }) => state === 'ok' || state === 'skipped');
    return { id: this.id, at: this.#host.clock.now(), ok, lines } as NetworkCheck;
  }

  history(before: number, limit: number): NetworkHistory {
    return this.#history.page(before, limit);
  }

  async ask(name: string, input: unknown): Promise<unknown> {
    if (name === 'job') return this.#log.of((input as { readonly id: number }).id) ?? null;
    const wallet = () => this.#known();
    const asked = input as { readonly text: string; readonly replaceWallet: boolean };
    if (name === 'readVariables') return look({ wallet }, asked.text);
    return await importVariables({ wallet, save: (values) => this.#host.saveSettings(values) }, asked);
  }

  #config(): Config {
    const { settings, version } = this.#host;
    return configIn(settings, { version, clientId: this.#clientId });
  }

  /** Of one capability the user's own counts. */
  #with(own: readonly Runner[], { noop }: Config): Runners {
    return new Runners([...(noop.on ? noopRunners(this.#host.clock, noop) : []), ...own]);
  }

  #capabilities({ noop }: Config): string[] {
    const all = [...(noop.on ? NOOP_CAPABILITIES : []), ...this.#host.runners.capabilities()];
    return [...new Set(all)].sort();
  }

  #changed(): void {
    this.#events.emit('changed', undefined);
  }

  async #identify(): Promise<PublicIdentity> {
    const { address, publicKey } = await this.#open();
    return { nodeId: address, publicKey };
  }

  /** Another key than the one before is another wallet, from the next start on. */
  #known(): Wallet | undefined {
    if (this.#node) return this.#wallet;
    try {
      return knownWallet(this.#host);
    } catch (error) {
      // The start says so: a key that is none is as good as none to be shown.
      if (error instanceof HearthError) return undefined;
      throw error;
    }
  }

  /** One at a time: of two that find none, the second takes what the first has made. */
  #open(): Promise<Wallet> {
    const opened = this.#opening.then(async () => {
      this.#wallet = await openWallet(this.#host);
      return this.#wallet;
    });
    this.#opening = opened.catch(() => undefined);
    return opened;
  }
}

/** A stage as `{"stage": "…", "percent": 40}` has it, which runners are asked to say it by. */
function saidOf(progress: unknown): { doing: string | null; percent: number | null } {
  const { stage, percent } = isObject(progress) ? progress : {};
  const doing = typeof stage === 'string' && stage !== '' ? cutText(stage, MOST_STAGE) : null;
  const fits = typeof percent === 'number' && percent >= 0 && percent <= 100;
  return { doing, percent: fits ? percent : null };
}

const MOST_STAGE = 120;
const cutText = (text: string, most: number) => (text.length > most ? `${text.slice(0, most)}…` : text);

function stateOf(node: PosemeshNode | undefined): NetworkStatus['state'] {
  if (!node) return 'off';
  const { trouble, online } = node;
  if (trouble?.blocked) return 'blocked';
  if (trouble) return 'degraded';
  return online ? 'online' : 'starting';
}
