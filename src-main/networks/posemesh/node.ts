// One run of posemesh: it listens where it is to be called back, registers, logs in, and takes jobs.

import type { Reason } from '../../../src-preload/contract/define.ts';
import type { Runners } from '../../backends/runners/runner.ts';
import { toReason } from '../../base/errors.ts';
import type { InboundAddress } from '../../reachability/inbound.ts';
import type { NetworkHost } from '../host.ts';
import type { Departure } from '../network.ts';
import { POSEMESH } from './bounds.ts';
import { ADDRESSLESS, NO_RUNNER, NO_SECRET } from './causes.ts';
import type { Config } from './config/config.ts';
import { CallbackServer } from './dds/callback-server.ts';
import { DdsClient } from './dds/dds-client.ts';
import { Registrar } from './dds/registrar.ts';
import { Tokens } from './dds/tokens.ts';
import { DmsClient } from './dms/dms-client.ts';
import { Refused } from './errors.ts';
import type { History } from './history.ts';
import { Http } from './http.ts';
import type { JobLog } from './jobs/job-log.ts';
import { Worker } from './jobs/worker.ts';
import type { Wallet } from './wallet/wallet.ts';

export interface PosemeshNodeDeps {
  readonly host: NetworkHost;
  readonly wallet: Wallet;
  readonly history: History;
  readonly log: JobLog;
  readonly runners: Runners;
  readonly changed: () => void;
}

/** What its user lets a running job have when the network is left. */
const FINISH_MS = 10_000;
const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '::1']);

export class PosemeshNode {
  readonly config: Config;
  readonly registrar: Registrar;
  readonly tokens: Tokens;
  readonly dms: DmsClient;
  readonly worker: Worker;
  readonly #deps: PosemeshNodeDeps;
  readonly #control: Http;
  readonly #storage: Http;
  readonly #callback: CallbackServer | undefined;
  readonly #stop = new AbortController();
  readonly #taking = new AbortController();
  #inbound: InboundAddress | undefined;
  /** The one that the last registration was sent with. */
  #registeredUrl: string | undefined;
  #loops: Promise<unknown> = Promise.resolve();
  #loggingIn = false;
  #logInFailure: Reason | undefined;

  constructor(deps: PosemeshNodeDeps, config: Config) {
    const { host, wallet, log, runners, history } = deps;
    const { clock, random, logger } = host;
    this.#deps = deps;
    this.config = config;
    this.#control = new Http({ idleMs: config.timeoutMs });
    this.#storage = new Http({ idleMs: POSEMESH.idleMs });
    const { ddsBaseUrl, dmsBaseUrl, timeoutMs, strict, mode } = config;
    const dds = new DdsClient({ clock, http: this.#control }, { baseUrl: ddsBaseUrl, timeoutMs, strict });
    const registrant = {
      wallet,
      secret: config.regSecret,
      version: config.version,
      capabilities: runners.capabilities,
    };
    const changed = () => this.#look();
    this.registrar = new Registrar(
      {
        clock,
        random,
        logger,
        changed,
        noted: (failure) => {
          if (failure) history.note('registration-failed', toReason(failure));
          else history.note('registered');
        },
        register: (signal) => {
          if (registrant.secret === '' || registrant.capabilities.length === 0) return undefined;
          if (mode === 'wallet') return dds.registerWallet(registrant, signal);
          this.#registeredUrl = this.nodeUrl;
          return this.nodeUrl === undefined ? undefined : dds.register(registrant, this.nodeUrl, signal);
        },
      },
      config,
    );
    this.tokens = new Tokens(
      {
        clock,
        random,
        logger,
        changed,
        logIn: async (signal) => {
          try {
            const logIn = await dds.logIn(wallet, signal);
            this.#logInFailure = undefined;
            history.note('logged-in');
            return logIn;
          } catch (error) {
            if (error instanceof Refused && (error.status === 403 || error.status === 404)) this.registrar.forgotten();
            if (!signal.aborted) this.#logInFailed(error);
            throw error;
          }
        },
      },
      config.tokens,
    );
    this.dms = new DmsClient({ clock, http: this.#control, tokens: this.tokens }, { baseUrl: dmsBaseUrl, timeoutMs });
    this.worker = new Worker(
      {
        host,
        dms: this.dms,
        job: { http: this.#storage, runners, scratchFolder: host.workFolder },
        log,
        open: () => this.registrar.open && this.tokens.validUntil !== null,
        noted: (event, reason) => history.note(event, reason),
        changed: deps.changed,
      },
      config,
    );
    this.#callback =
      mode === 'callback'
        ? new CallbackServer(
            {
              clock,
              logger,
              memory: host.inboundMemory,
              expected: () => this.registrar.status !== 'disconnected',
              calledBack: () => {
                history.note('called-back');
                this.registrar.calledBack();
              },
              probed: () => this.registrar.probed(),
            },
            config.http,
          )
        : undefined;
  }

  /** Rejects with ListenRefused. */
  async start(): Promise<void> {
    await this.#callback?.start();
    this.#openOutside();
    this.#loops = Promise.all([this.registrar.run(this.#stop.signal), this.worker.run(this.#taking.signal)]).catch(
      (error: unknown) => this.#deps.host.fault(error),
    );
  }

  get runners(): Runners {
    return this.#deps.runners;
  }

  /** Where it listens for the discovery service; undefined while it does not. */
  get listening(): string | undefined {
    return this.#callback?.address?.text;
  }

  /** Where it is to be called back; undefined where no address is known. */
  get nodeUrl(): string | undefined {
    return this.config.nodeUrl || this.#inbound?.current()?.endpoint;
  }

  /** Why it does not do all that it should. */
  get trouble(): { readonly blocked: boolean; readonly reason: Reason } | undefined {
    const { regSecret, mode } = this.config;
    if (this.#deps.runners.capabilities.length === 0) {
      return { blocked: true, reason: this.#deps.host.runners.held() ?? NO_RUNNER };
    }
    if (regSecret === '') return { blocked: true, reason: NO_SECRET };
    if (mode === 'callback' && this.nodeUrl === undefined && !this.#inbound?.looking()) {
      return { blocked: true, reason: ADDRESSLESS };
    }
    const failure = this.registrar.open ? undefined : this.registrar.failure;
    const reason = (failure && toReason(failure)) ?? this.#logInFailure ?? this.#managerFailure;
    return reason && { blocked: false, reason };
  }

  get online(): boolean {
    return this.registrar.open && (this.tokens.validUntil ?? 0) > this.#deps.host.clock.now();
  }

  /** Takes no more; what runs has a while to end, then it goes back to its manager. */
  async leave(departure: Departure): Promise<void> {
    this.#taking.abort();
    if (departure === 'leave') await this.#finished(FINISH_MS);
    await this.worker.endAll('handed-back');
    this.#deps.history.note('left');
  }

  async stop(): Promise<void> {
    this.#taking.abort();
    this.#stop.abort();
    await this.worker.endAll('cancelled');
    this.tokens.stop();
    this.#inbound?.close();
    await this.#callback?.stop();
    await this.#control.close();
    await this.#storage.close();
    await this.#loops;
  }

  /** The computer has slept: what was to be renewed meanwhile is renewed now. */
  tellNow(): void {
    this.worker.beatNow();
    const { validUntil } = this.tokens;
    if (validUntil !== null && validUntil <= this.#deps.host.clock.now()) this.tokens.renew();
  }

  get #managerFailure(): Reason | undefined {
    const { failure } = this.worker;
    return failure && toReason(failure);
  }

  /** Logs in as soon as it may. */
  #look(): void {
    this.#deps.changed();
    if (!this.registrar.open || this.tokens.validUntil !== null || this.#loggingIn || this.#stop.signal.aborted) return;
    this.#loggingIn = true;
    void this.#logIn().finally(() => {
      this.#loggingIn = false;
      this.#deps.changed();
    });
  }

  async #logIn(): Promise<void> {
    const { clock } = this.#deps.host;
    const { signal } = this.#stop;
    for (let pause = 1000; this.registrar.open && !signal.aborted; pause = Math.min(60_000, pause * 2)) {
      const done = await this.tokens.bearer().then(
        () => true,
        () => false,
      );
      if (done) return;
      await clock.sleep(pause, signal).catch(() => undefined);
    }
  }

  #logInFailed(error: unknown): void {
    const reason = error instanceof Error && 'code' in error ? toReason(error as Refused) : undefined;
    this.#logInFailure = reason;
    this.#deps.history.note('log-in-failed', reason);
  }

  #openOutside(): void {
    const { host } = this.#deps;
    const port = this.#callback?.address?.port;
    if (port === undefined || this.config.nodeUrl !== '' || LOOPBACK.has(this.config.http.host)) return;
    this.#inbound = host.inboundAddresses?.open({
      id: 'posemesh',
      transport: 'tcp',
      port,
      purpose: 'posemesh calls back',
      // Its answer is empty, as official nodes have it.
      http: { path: '/health', isOurs: (text) => text === '' },
    });
    this.#inbound?.onChange(() => {
      const url = this.nodeUrl;
      if (url !== undefined && url !== this.#registeredUrl) this.registrar.moved();
      this.#deps.changed();
    });
  }

  async #finished(ms: number): Promise<void> {
    const { clock } = this.#deps.host;
    const until = clock.monotonic() + ms;
    while (this.worker.running.length > 0 && clock.monotonic() < until) await clock.sleep(50);
  }
}
