// Parcel on a node: takes orders from its manager one by one while work is accepted, weighs parcels, and keeps shelves until their
// time is over. It has no identity, no price, no account and nobody comes in: those capabilities are absent.

import { Emitter } from '../../../src-main/base/emitter.ts';
import type { NetworkHost } from '../../../src-main/networks/host.ts';
import type { NetworkFactory, NetworkStatus } from '../../../src-main/networks/network.ts';
import { ONE_SLOT } from '../../../src-main/work/resources.ts';
import type { JobHandlers, OpenJob, RunningJob } from '../../../src-main/work/work.ts';
import type { Order } from './manager.ts';

const POLL_MS = 20;
const STAMP = 1_000_000;
const PRICE = { job: 2 * STAMP, lease: 5 * STAMP } as const;
const MOST_MS = 5000;

export const parcelFactory = {
  manifest: { id: 'parcel', migrations: [], restartsFor: ['networks.parcel.enabled', 'networks.parcel.managerUrl'] },
  create: (host: NetworkHost) => new Parcel(host),
} as unknown as NetworkFactory;

class Parcel {
  readonly id = 'parcel';
  readonly name = 'network parcel';
  readonly #host: NetworkHost;
  readonly #events = new Emitter<{ changed: undefined }>();
  #state: NetworkStatus['state'] = 'off';
  #weighed = 0;
  #stop: AbortController | undefined;
  #loop: Promise<void> = Promise.resolve();

  constructor(host: NetworkHost) {
    this.#host = host;
  }

  async start(): Promise<void> {
    if (this.#stop) return;
    this.#stop = new AbortController();
    await this.#host.vault.put({ 'parcel.token': this.#token ?? this.#host.random.id() });
    this.#turn('starting');
    this.#loop = this.#run(this.#stop.signal).catch((error: unknown) => this.#host.fault(error));
  }

  async stop(): Promise<void> {
    this.#stop?.abort();
    await this.#loop;
    this.#stop = undefined;
    this.#turn('off');
  }

  async leave(): Promise<void> {
    if (!this.#stop) return;
    this.#stop.abort();
    await this.#loop;
    await this.#ask('/leave').catch(() => undefined);
  }

  async recover(open: readonly OpenJob[]): Promise<void> {
    // What a crash interrupted goes back to the manager, who may give it to another node.
    for (const job of open) await job.ended({ state: 'handed-back', code: 'node-crashed' });
  }

  status(): NetworkStatus {
    return { state: this.#state, reason: null, nodeId: null, address: null, relay: null, seen: null, events: 0 };
  }

  detail() {
    return { managerUrl: this.#url, weighed: this.#weighed };
  }

  blockers() {
    return [];
  }

  async check() {
    const reached = await this.#ask('/waiting').then(
      () => true,
      () => false,
    );
    const reason = reached
      ? { code: 'parcel.check-manager', message: 'The manager answers.' }
      : { code: 'parcel.check-away', message: 'The manager does not answer.', action: 'Ask again in a minute.' };
    const lines = [{ id: 'manager', state: reached ? 'ok' : 'failed', reason }];
    return { id: this.id, at: this.#host.clock.now(), ok: reached, lines };
  }

  history() {
    return { items: [], next: null };
  }

  ask(): Promise<unknown> {
    return this.#ask('/waiting');
  }

  onChange(listener: () => void): () => void {
    return this.#events.on('changed', listener);
  }

  get #token(): string | undefined {
    return this.#host.vault.get('parcel.token');
  }

  get #url(): string {
    return this.#host.settings.get('networks.parcel.managerUrl' as never) as string;
  }

  #turn(state: NetworkStatus['state']): void {
    this.#state = state;
    this.#events.emit('changed', undefined);
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock, availability } = this.#host;
    while (!signal.aborted) {
      try {
        if (this.#state !== 'online') {
          await this.#ask('/join');
          this.#turn('online');
        }
        if (availability.answer().accepting) await this.#takeOne();
      } catch {
        this.#turn('degraded');
      }
      await clock.sleep(POLL_MS);
    }
  }

  async #takeOne(): Promise<void> {
    const { slots, work, clock } = this.#host;
    const { order } = (await this.#ask('/take')) as { order?: Order };
    if (!order) return;
    const { kind, ref, until } = order;
    const claim = slots.tryClaim(ONE_SLOT, { network: this.id, kind, until });
    if (!claim) return await this.#answer(ref, 'no-room');
    const what = kind === 'job' ? 'weigh' : 'shelf';
    const lease = kind === 'lease' ? { paidUntil: until!, spec: 'shelf', customer: 'a customer' } : undefined;
    let running: RunningJob | undefined;
    const end = async (state: 'done' | 'handed-back' | 'cancelled') => {
      cancelTimer();
      const earned = { network: this.id, unit: 'stamp', amountMicro: PRICE[kind] };
      await running!.end({ state, ...(state === 'done' && { earned }) });
      await this.#answer(ref, state);
    };
    const handlers: JobHandlers = {
      cancel: () => void end('cancelled'),
      handBack: () => void end('handed-back'),
      ...(kind === 'lease' && {
        lease: { outlives: () => false, refund: () => null, endWithRefund: () => end('cancelled') },
      }),
    };
    running = await work.open({ network: this.id, kind, ref, what, ...(lease && { lease }) }, claim, handlers);
    const lasts = kind === 'lease' ? Math.max(0, until! - clock.now()) : POLL_MS;
    const cancelTimer = clock.after(lasts, () => {
      this.#weighed += 1;
      void end('done');
    });
  }

  async #answer(ref: string, became: string): Promise<void> {
    await this.#ask('/answer', { ref, became }).catch(() => undefined);
  }

  async #ask(path: string, body: object = {}): Promise<unknown> {
    const reply = await fetch(new URL(path, this.#url), {
      method: 'POST',
      headers: { 'x-parcel-token': this.#token ?? '' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(MOST_MS),
    });
    if (!reply.ok) throw new Error(`the manager answered ${reply.status}`);
    return await reply.json();
  }
}
