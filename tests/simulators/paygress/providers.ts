// Providers of ours as their drivers act, and official ones as they do: each with the workload, or a place for it.
import { type Place, SlotDriver } from '../../../src-main/networks/paygress/durable/slot-driver.ts';
import { newSlot, type SlotState } from '../../../src-main/networks/paygress/durable/standby.ts';
import type { WorkloadState } from '../../../src-main/networks/paygress/durable/workload.ts';
import { WorkloadDriver } from '../../../src-main/networks/paygress/durable/workload-driver.ts';
import { promotionsOf } from '../../../src-main/networks/paygress/wire/filters.ts';
import { promotionEvent, readPromotion, readRevocation } from '../../../src-main/networks/paygress/wire/handover.ts';
import { readHeartbeat } from '../../../src-main/networks/paygress/wire/heartbeat.ts';
import { DEFAULT_RESTART_POLICY } from '../../../src-main/networks/paygress/wire/workload.ts';
import type { NostrEvent } from '../../../src-main/nostr/event.ts';
import { type SimNetwork, START } from './network.ts';
import { SimProvider } from './provider.ts';

const WORKLOAD = 'relay-of-mine';
const restart = DEFAULT_RESTART_POLICY;

interface Others {
  readonly primary: string;
  readonly all: readonly string[];
  readonly onChange: () => void;
}

/** Has the workload. */
export class Runner extends SimProvider {
  readonly #standbys: readonly string[];
  #kept: WorkloadState = { is: 'provisioning' };
  #driver: WorkloadDriver | undefined;
  #isSold = false;

  constructor(network: SimNetwork, key: string, standbys: readonly string[], onChange: () => void) {
    super(network, key, onChange);
    this.#standbys = standbys;
  }

  get state(): WorkloadState {
    return this.#kept;
  }

  protected heard(_event: NostrEvent): void {}

  protected recovered(): void {
    const keep = (state: WorkloadState) => {
      this.#kept = state;
    };
    this.#driver?.end();
    this.#driver = new WorkloadDriver({ id: WORKLOAD, standbys: this.#standbys, restart }, this.#kept, {
      ...this.disk(keep),
      relays: this.ports(),
      box: this.engine(),
      failed: () => undefined,
      handedOver: () => undefined,
    });
    this.#driver.recover();
  }

  /** From now on it is kept alive. */
  sell(): void {
    this.#isSold = true;
  }

  protected tick(): void {
    if (this.#isSold) this.#driver?.tick();
  }
}

/** Keeps a place for it; once it has taken over, it runs it as one that has no standbys. */
export class Keeper extends SimProvider {
  readonly #place: Place;
  #kept: SlotState;
  #runs: WorkloadState | undefined;
  #slot: SlotDriver | undefined;
  #workload: WorkloadDriver | undefined;

  constructor(network: SimNetwork, key: string, { primary, all, onChange }: Others) {
    super(network, key, onChange);
    const peers = all.filter((other) => other !== key);
    const expiresAt = START + 86_400_000;
    const reservedAt = Math.floor(network.now / 1000);
    const index = all.indexOf(key);
    this.#place = { workload: WORKLOAD, primary, index, peers, quorum: this.quorum, expiresAt, reservedAt };
    this.#kept = newSlot(network.now);
  }

  get runs(): WorkloadState | undefined {
    return this.#runs;
  }

  protected heard(event: NostrEvent): void {
    this.#slot?.heard(event);
  }

  protected recovered(): void {
    const keep = (state: SlotState) => {
      this.#kept = state;
      // In one commit with the place: it runs here from now on.
      if (state.phase.is === 'promoted') this.#runs ??= { is: 'live', since: this.network.now, attempts: 0 };
    };
    this.#slot?.end();
    this.#workload?.end();
    this.#workload = undefined;
    this.#slot = new SlotDriver(this.#place, this.#kept, {
      ...this.disk(keep),
      relays: this.ports(),
      box: this.engine(),
      promoted: () => this.#run(),
      released: () => undefined,
    });
    this.#slot.recover();
    if (this.#runs) this.#run();
  }

  #run(): void {
    const keep = (state: WorkloadState) => {
      this.#runs = state;
    };
    this.#workload = new WorkloadDriver({ id: WORKLOAD, standbys: [], restart }, this.#runs!, {
      ...this.disk(keep),
      relays: this.ports(),
      box: this.engine(),
      failed: () => undefined,
      handedOver: () => undefined,
    });
    this.#workload.recover();
  }

  protected tick(): void {
    this.#slot?.tick();
    this.#workload?.tick();
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
