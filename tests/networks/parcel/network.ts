// Parcel on a node: takes orders from its manager one by one while work is accepted, weighs parcels, and keeps shelves until their
// time is over. It has a name and a key there. It has no price and no account, and others do not come in: absent capabilities.

import { z } from 'zod';
import { Emitter } from '../../../src-main/base/emitter.ts';
import { Secp256k1 } from '../../../src-main/keys/secp256k1.ts';
import type { NetworkHost } from '../../../src-main/networks/host.ts';
import type { NetworkFactory, NetworkStatus, PublicIdentity } from '../../../src-main/networks/network.ts';
import type { OpenJob } from '../../../src-main/work/work.ts';
import { parcelContract } from './contract.ts';
import { type EventKind, History, parcelMigrations } from './history.ts';
import { Orders } from './orders.ts';

const MOST_MS = 5000;
const TOKEN = 'parcel.token';
const KEY = 'parcel.key';

const curve = new Secp256k1();

export const parcelFactory = {
  manifest: {
    id: 'parcel',
    migrations: parcelMigrations,
    restartsFor: ['networks.parcel.enabled', 'networks.parcel.managerUrl'],
    known(held: { get(name: string): string | undefined }): PublicIdentity | undefined {
      const key = held.get(KEY);
      return key === undefined ? undefined : publicOf(key);
    },
  },
  create: (host: NetworkHost) => new Parcel(host),
} as unknown as NetworkFactory;

const publicOf = (key: string): PublicIdentity => {
  const publicKey = Buffer.from(curve.xOnly(Buffer.from(key, 'hex'))).toString('hex');
  return { nodeId: `parcel-${publicKey.slice(0, 12)}`, publicKey };
};

const Joined = z.object({ everyMs: z.number().int().min(1).max(60_000) });
const Taken = z.object({
  order: z
    .object({
      kind: z.enum(['job', 'lease']),
      ref: z.string().max(64),
      takesMs: z.number().int().min(0).max(86_400_000).optional(),
      until: z.number().int().nonnegative().optional(),
    })
    .optional(),
});

class Parcel {
  readonly id = 'parcel';
  readonly name = 'network parcel';
  readonly #host: NetworkHost;
  readonly #events = new Emitter<{ changed: undefined }>();
  readonly #history: History;
  readonly #orders: Orders;
  #state: NetworkStatus['state'] = 'off';
  #seenAt: number | undefined;
  #everyMs = 1000;
  #stop: AbortController | undefined;
  #loop: Promise<void> = Promise.resolve();

  readonly identity = { open: () => this.#identity() };

  constructor(host: NetworkHost) {
    this.#host = host;
    this.#history = new History(host);
    const changed = () => this.#events.emit('changed', undefined);
    this.#orders = new Orders({ host, changed, answer: (ref, became) => this.#answer(ref, became) });
  }

  async start(): Promise<void> {
    if (this.#stop) return;
    const stop = new AbortController();
    this.#stop = stop;
    await this.#identity();
    if (!this.#host.vault.get(TOKEN)) await this.#host.vault.put({ [TOKEN]: this.#host.random.id() });
    this.#turn('starting');
    this.#loop = this.#run(stop.signal).catch((error: unknown) => this.#host.fault(error));
  }

  async stop(): Promise<void> {
    await this.#rest();
    this.#orders.stop();
    this.#stop = undefined;
    this.#turn('off');
  }

  async leave(): Promise<void> {
    if (!this.#stop) return;
    await this.#rest();
    await this.#ask('/leave').catch(() => undefined);
    await this.#history.note('left');
  }

  recover(open: readonly OpenJob[]): Promise<void> {
    return this.#orders.recover(open);
  }

  status(): NetworkStatus {
    const at = this.#seenAt;
    return {
      state: this.#state,
      reason: this.#state === 'degraded' ? AWAY : null,
      nodeId: this.#state === 'off' ? null : (this.#known()?.nodeId ?? null),
      address: null,
      relay: null,
      seen: at === undefined ? null : { by: new URL(this.#url).host, at },
      events: this.#history.noted,
    };
  }

  detail() {
    return { managerUrl: this.#url, weighed: this.#orders.weighed, shelves: this.#orders.shelves };
  }

  blockers() {
    return [];
  }

  async check() {
    const reached = await this.#ask('/waiting').then(
      () => true,
      () => false,
    );
    const reason = reached ? { code: 'parcel.check-manager', message: 'The manager answers.' } : AWAY;
    const lines = [{ id: 'manager', state: reached ? 'ok' : 'failed', reason }];
    return { id: this.id, at: this.#host.clock.now(), ok: reached, lines };
  }

  history(before: number, limit: number) {
    return this.#history.page(before, limit);
  }

  async ask(): Promise<unknown> {
    return parcelContract.requests.waiting.output.parse(await this.#ask('/waiting'));
  }

  onChange(listener: () => void): () => void {
    return this.#events.on('changed', listener);
  }

  get #url(): string {
    return this.#host.settings.get('networks.parcel.managerUrl' as never) as string;
  }

  #known(): PublicIdentity | undefined {
    return parcelFactory.manifest.known!(this.#host.vault);
  }

  async #identity(): Promise<PublicIdentity> {
    const known = this.#known();
    if (known) return known;
    const key = Buffer.from(curve.newSecret(this.#host.random)).toString('hex');
    await this.#host.vault.put({ [KEY]: key });
    return publicOf(key);
  }

  async #rest(): Promise<void> {
    this.#stop?.abort();
    await this.#loop;
  }

  #turn(state: NetworkStatus['state']): void {
    this.#state = state;
    this.#events.emit('changed', undefined);
  }

  async #became(state: NetworkStatus['state'], event: EventKind): Promise<void> {
    if (this.#state === state) return;
    await this.#history.note(event);
    this.#turn(state);
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock, availability } = this.#host;
    while (!signal.aborted) {
      try {
        if (this.#state !== 'online') {
          this.#everyMs = Joined.parse(await this.#ask('/join', { node: this.#known()!.nodeId })).everyMs;
          await this.#became('online', 'joined');
        }
        const { order } = availability.answer().accepting ? Taken.parse(await this.#ask('/take')) : {};
        if (order) await this.#orders.take(order);
      } catch {
        await this.#became('degraded', 'manager-away');
      }
      await clock.sleep(this.#everyMs, signal).catch(() => undefined);
    }
  }

  async #answer(ref: string, became: string): Promise<void> {
    await this.#ask('/answer', { ref, became }).catch(() => undefined);
  }

  async #ask(path: string, body: object = {}): Promise<unknown> {
    const reply = await fetch(new URL(path, this.#url), {
      method: 'POST',
      headers: { 'x-parcel-token': this.#host.vault.get(TOKEN) ?? '' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(MOST_MS),
    });
    if (!reply.ok) throw new Error(`the manager answered ${reply.status}`);
    this.#seenAt = this.#host.clock.now();
    return await reply.json();
  }
}

const AWAY = {
  code: 'parcel.manager-away',
  message: 'The manager does not answer.',
  action: 'Hearth keeps asking. Its address is the setting networks.parcel.managerUrl.',
};
