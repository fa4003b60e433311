// A workload that runs here, by its machine.

import type { BoxStatus } from '../../../backends/workloads/backend.ts';
import { QUORUM_LOST, revocationEvent } from '../wire/handover.ts';
import { Driver, type DriverPorts, type Step } from './driver.ts';
import type { DurableBox, DurableRelays } from './ports.ts';
import {
  type LostWhy,
  recoverWorkload,
  stepWorkload,
  type WorkloadEffect,
  type WorkloadEvent,
  type WorkloadPlan,
  type WorkloadState,
} from './workload.ts';

export interface WorkloadPorts extends DriverPorts<WorkloadState> {
  readonly relays: DurableRelays;
  readonly box: DurableBox;
  /** What is left of it is to be given back. */
  failed(reason: string): void;
  /** It is its standbys': nothing of it runs here any more, and that is on its way to them, whatever becomes of this program. */
  handedOver(why: LostWhy): void;
}

export interface Workload extends WorkloadPlan {
  /** As its customer and its standbys call it. */
  readonly id: string;
}

const REASONS: Readonly<Record<LostWhy, string>> = { unheard: QUORUM_LOST, 'box-lost': 'box-lost' };

export class WorkloadDriver extends Driver<WorkloadState, WorkloadEvent, WorkloadEffect> {
  readonly #workload: Workload;
  readonly #ports: WorkloadPorts;

  constructor(workload: Workload, state: WorkloadState, ports: WorkloadPorts) {
    super(state, ports);
    this.#workload = workload;
    this.#ports = ports;
  }

  /** After a start of this program, before the first tick. */
  recover(): void {
    this.take(() => recoverWorkload(this.state, this.now()));
  }

  /** Each `tickMs`, and at once after a sleep. */
  tick(): void {
    if (this.isBusy) return;
    const { box, relays } = this.#ports;
    box.status((status: BoxStatus) => this.tell({ is: 'tick', box: status, quorumAgeMs: relays.quorumAgeMs() }));
  }

  protected step(state: WorkloadState, event: WorkloadEvent, now: number): Step<WorkloadState, WorkloadEffect> {
    return stepWorkload(state, event, now, this.#workload);
  }

  protected matters(before: WorkloadState, after: WorkloadState): boolean {
    return before !== after;
  }

  protected urgent(effect: WorkloadEffect): boolean {
    return effect.do === 'stop';
  }

  protected act(effect: WorkloadEffect): void {
    const { relays, box, failed } = this.#ports;
    switch (effect.do) {
      case 'beat':
        relays.beat();
        break;
      case 'stop':
        box.stop();
        break;
      case 'respawn':
        box.start((reason) => this.tell(reason === undefined ? { is: 'respawned' } : { is: 'respawn-failed', reason }));
        break;
      case 'revoke':
        this.#revoke(effect.why);
        break;
      case 'fail':
        failed(effect.reason);
        break;
    }
  }

  #revoke(why: LostWhy): void {
    const { id, standbys } = this.#workload;
    const { relays, handedOver } = this.#ports;
    const revocation = revocationEvent({
      workload_id: id,
      primary_provider_npub: relays.own,
      standby_providers: [...standbys],
      reason: REASONS[why],
      revoked_at: Math.floor(this.now() / 1000),
      version: 1,
    });
    relays.say(
      revocation,
      () => this.tell({ is: 'revocation-taken' }),
      () => handedOver(why),
    );
  }
}
