// Providers of ours around the pure machines, and official ones as they act: each with the workload, or a place for it.
import { isEarlier, type LookFor, lookFilters, lookOf } from '../../../src-main/networks/paygress/durable/look.ts';
import {
  newSlot,
  recoverSlot,
  type Slot,
  type SlotEffect,
  type SlotEvent,
  type SlotState,
  stepSlot,
} from '../../../src-main/networks/paygress/durable/standby.ts';
import { quorumAgeMs } from '../../../src-main/networks/paygress/durable/times.ts';
import {
  recoverWorkload,
  stepWorkload,
  type WorkloadEvent,
  type WorkloadPlan,
  type WorkloadState,
  type WorkloadStep,
} from '../../../src-main/networks/paygress/durable/workload.ts';
import { promotionsOf } from '../../../src-main/networks/paygress/wire/filters.ts';
import {
  promotionEvent,
  QUORUM_LOST,
  readPromotion,
  readRevocation,
  revocationEvent,
} from '../../../src-main/networks/paygress/wire/handover.ts';
import { readHeartbeat } from '../../../src-main/networks/paygress/wire/heartbeat.ts';
import { DEFAULT_RESTART_POLICY } from '../../../src-main/networks/paygress/wire/workload.ts';
import type { NostrEvent } from '../../../src-main/nostr/event.ts';
import { type SimNetwork, START } from './network.ts';
import { SimProvider } from './provider.ts';

export const WORKLOAD = 'relay-of-mine';

/** Has the workload, by our machine. */
export class Runner extends SimProvider {
  readonly plan: WorkloadPlan;
  state: WorkloadState = { is: 'provisioning' };
  #sold = false;

  constructor(network: SimNetwork, key: string, standbys: readonly string[], onChange: () => void) {
    super(network, key, onChange);
    this.plan = { standbys, restart: DEFAULT_RESTART_POLICY };
  }

  protected heard(_event: NostrEvent): void {}

  protected recovered(): void {
    this.#take(recoverWorkload(this.state, this.network.now));
  }

  /** From now on it is kept alive. */
  sell(): void {
    this.#sold = true;
  }

  protected tick(): void {
    if (!this.#sold) return;
    const { now, relays } = this.network;
    const ages = [...this.acked.values()].map((signedAt) => now - signedAt);
    this.#step({ is: 'tick', box: this.box.status(), quorumAgeMs: quorumAgeMs(ages, relays.length) });
  }

  #step(event: WorkloadEvent): void {
    this.#take(stepWorkload(this.state, event, this.network.now, this.plan));
  }

  #take({ state, effects }: WorkloadStep): void {
    this.state = state;
    for (const effect of effects) {
      if (effect.do === 'beat') this.beat();
      if (effect.do === 'stop') this.box.stop();
      if (effect.do === 'revoke') this.#revoke();
      if (effect.do === 'respawn') this.box.start((failed) => this.#started(failed));
    }
  }

  #started(failed: string | undefined): void {
    if (!this.isThere) return;
    this.#step(failed === undefined ? { is: 'respawned' } : { is: 'respawn-failed', reason: failed });
  }

  #revoke(): void {
    const revocation = revocationEvent({
      workload_id: WORKLOAD,
      primary_provider_npub: this.key,
      standby_providers: [...this.plan.standbys],
      reason: QUORUM_LOST,
      revoked_at: Math.floor(this.network.now / 1000),
      version: 1,
    });
    this.put('revocation', revocation, { enough: () => this.#step({ is: 'revocation-taken' }) });
  }
}

/** Keeps a place for it, by our machine; once it has taken over, it runs it as one that has no standbys. */
export class Keeper extends SimProvider {
  readonly slot: Slot;
  state: SlotState;
  runs: WorkloadState | undefined;
  readonly #look: Omit<LookFor, 'beat'>;
  #said = 0;

  constructor(
    network: SimNetwork,
    key: string,
    {
      primary,
      all,
      onChange,
    }: { readonly primary: string; readonly all: readonly string[]; readonly onChange: () => void },
  ) {
    super(network, key, onChange);
    const peers = all.filter((other) => other !== key);
    const expiresAt = START + 86_400_000;
    this.slot = { primary, index: all.indexOf(key), peers, quorum: this.quorum, expiresAt };
    this.#look = { workload: WORKLOAD, own: key, primary, peers, reservedAt: Math.floor(network.now / 1000) };
    this.state = newSlot(network.now);
  }

  protected heard(event: NostrEvent): void {
    const beat = event.pubkey === this.slot.primary ? readHeartbeat(event) : undefined;
    if (beat) this.#step({ is: 'beat', timestamp: beat.timestamp });
    const revocation = readRevocation(event);
    if (revocation?.workload_id !== WORKLOAD || isEarlier(revocation.revoked_at, this.#look.reservedAt)) return;
    this.#step({ is: 'revoked', by: event.pubkey });
  }

  protected recovered(): void {
    if (this.runs) this.runs = recoverWorkload(this.runs, this.network.now).state;
    const { state, effects } = recoverSlot(this.state, this.network.now);
    this.#take(state, effects);
  }

  protected tick(): void {
    this.#step({ is: 'tick' });
    if (!this.runs) return;
    this.#ran({ is: 'tick', box: this.box.status(), quorumAgeMs: 0 });
  }

  #step(event: SlotEvent): void {
    const { state, effects } = stepSlot(this.state, event, this.network.now, this.slot);
    this.#take(state, effects);
  }

  #take(state: SlotState, effects: readonly SlotEffect[]): void {
    this.state = state;
    for (const effect of effects) {
      if (effect.do === 'look') this.#doLook();
      if (effect.do === 'claim') this.#say('claimed', () => this.#step({ is: 'claim-taken' }));
      if (effect.do === 'withdraw') this.#say('withdrawn');
      if (effect.do === 'start') this.#start();
      if (effect.do === 'announce') this.#say('promoted');
    }
  }

  #doLook(): void {
    const what = { ...this.#look, beat: this.state.beat };
    const done = this.alive;
    let answer: Parameters<typeof lookOf>[0] | undefined;
    const finish = done.call(this, () => this.#step({ is: 'looked', look: lookOf(answer!, what, this.network.now) }));
    this.network.ask(this.key, lookFilters(what, this.network.now), (answers) => {
      answer = answers;
      finish();
    });
  }

  #say(state: 'claimed' | 'promoted' | 'withdrawn', enough: () => void = () => undefined): void {
    this.#said = Math.max(Math.floor(this.network.now / 1000), this.#said + 1);
    const said = { workload_id: WORKLOAD, new_primary_npub: this.key, promoted_at: this.#said, state, version: 1 };
    this.put('promotion', promotionEvent(said, this.#said), { enough });
  }

  #start(): void {
    this.box.start((failed) => {
      if (!this.isThere) return;
      if (failed !== undefined) return this.#step({ is: 'start-failed', reason: failed });
      this.#step({ is: 'started' });
      this.runs = { is: 'live', since: this.network.now, attempts: 0 };
    });
  }

  #ran(event: WorkloadEvent): void {
    const { state, effects } = stepWorkload(this.runs!, event, this.network.now, {
      standbys: [],
      restart: DEFAULT_RESTART_POLICY,
    });
    this.runs = state;
    for (const effect of effects) {
      if (effect.do !== 'respawn') continue;
      this.box.start((failed) => {
        if (!this.isThere) return;
        this.#ran(failed === undefined ? { is: 'respawned' } : { is: 'respawn-failed', reason: failed });
      });
    }
  }
}

/** An official primary, which keeps its box running whatever happens to its lines. */
export class OfficialRunner extends SimProvider {
  protected heard(_event: NostrEvent): void {}
  protected tick(): void {}
  protected recovered(): void {}
}

/** An official standby: it starts after 180 s without a heartbeat, whether its line is up or not, unless a peer says that it has. */
export class OfficialKeeper extends SimProvider {
  readonly #primary: string;
  readonly #peers: readonly string[];
  readonly #index: number;
  #heardAt: number;
  #state: 'watching' | 'due' | 'has it' | 'dropped' = 'watching';

  constructor(
    network: SimNetwork,
    key: string,
    {
      primary,
      all,
      onChange,
    }: { readonly primary: string; readonly all: readonly string[]; readonly onChange: () => void },
  ) {
    super(network, key, onChange);
    this.#primary = primary;
    this.#peers = all.filter((other) => other !== key);
    this.#index = all.indexOf(key);
    this.#heardAt = network.now;
  }

  protected heard(event: NostrEvent): void {
    const beat = event.pubkey === this.#primary ? readHeartbeat(event) : undefined;
    if (beat) this.#heardAt = Math.max(this.#heardAt, beat.timestamp * 1000);
    if (readRevocation(event)?.primary_provider_npub === this.#primary) this.#promote();
  }

  protected recovered(): void {}

  protected tick(): void {
    if (this.network.now - this.#heardAt >= 180_000) this.#promote();
  }

  #promote(): void {
    if (this.#state !== 'watching') return;
    this.#state = 'due';
    this.later(this.#index * 30_000, () => {
      const asked = promotionsOf(WORKLOAD, this.#peers);
      this.network.ask(this.key, [asked], ({ events }) => {
        this.#state = events.some(({ event }) => readPromotion(event)) ? 'dropped' : 'has it';
        if (this.#state === 'dropped') return;
        this.box.start(() => {
          const at = Math.floor(this.network.now / 1000);
          const said = { workload_id: WORKLOAD, new_primary_npub: this.key, promoted_at: at, version: 1 };
          this.put('promotion', promotionEvent({ ...said, state: 'promoted' }, at));
        });
      });
    });
  }
}
