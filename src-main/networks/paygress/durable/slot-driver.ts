// A place that is kept for another provider's workload, by its machine.

import type { NostrEvent } from '../../../nostr/event.ts';
import { promotionEvent, readRevocation } from '../wire/handover.ts';
import { readHeartbeat } from '../wire/heartbeat.ts';
import { Driver, type DriverPorts, type Step } from './driver.ts';
import { isEarlier, type LookFor, lookFilters, lookOf } from './look.ts';
import type { DurableBox, DurableRelays } from './ports.ts';
import { recoverSlot, type Slot, type SlotEffect, type SlotEvent, type SlotState, stepSlot } from './standby.ts';

export interface SlotPorts extends DriverPorts<SlotState> {
  readonly relays: DurableRelays;
  readonly box: Pick<DurableBox, 'start'>;
  /** It runs here from now on: its customer is to be told how to get in. */
  promoted(): void;
  released(why: 'peer' | 'expired' | 'failed'): void;
}

export interface Place extends Slot {
  readonly workload: string;
  /** Epoch seconds. */
  readonly reservedAt: number;
}

export class SlotDriver extends Driver<SlotState, SlotEvent, SlotEffect> {
  readonly #place: Place;
  readonly #ports: SlotPorts;

  constructor(place: Place, state: SlotState, ports: SlotPorts) {
    super(state, ports);
    this.#place = place;
    this.#ports = ports;
  }

  /** After a start of this program, before the first tick. */
  recover(): void {
    this.take(() => recoverSlot(this.state, this.now()));
  }

  /** Each `tickMs`. */
  tick(): void {
    if (!this.isBusy) this.tell({ is: 'tick' });
  }

  /** This computer has. */
  slept(): void {
    this.tell({ is: 'slept' });
  }

  /** A genuine event of whatever kind. */
  heard(event: NostrEvent): void {
    const { primary, workload, reservedAt } = this.#place;
    if (event.pubkey !== primary) return;
    const beat = readHeartbeat(event);
    if (beat) this.tell({ is: 'beat', timestamp: beat.timestamp });
    const revocation = readRevocation(event);
    if (revocation?.workload_id !== workload || isEarlier(revocation.revoked_at, reservedAt)) return;
    this.tell({ is: 'revoked', by: event.pubkey });
  }

  protected step(state: SlotState, event: SlotEvent, now: number): Step<SlotState, SlotEffect> {
    return stepSlot(state, event, now, this.#place);
  }

  /** When the primary was last heard is found out anew. */
  protected matters(before: SlotState, after: SlotState): boolean {
    const { phase, revoked, failures } = after;
    return before.phase !== phase || before.revoked !== revoked || before.failures !== failures;
  }

  protected urgent(): boolean {
    return false;
  }

  protected act(effect: SlotEffect): void {
    const { box, promoted, released } = this.#ports;
    switch (effect.do) {
      case 'look':
        this.#look();
        break;
      case 'claim':
        this.#say('claimed', () => this.tell({ is: 'claim-taken' }));
        break;
      case 'withdraw':
        this.#say('withdrawn');
        break;
      case 'start':
        box.start((reason) => this.tell(reason === undefined ? { is: 'started' } : { is: 'start-failed', reason }));
        break;
      case 'announce':
        this.#say('promoted');
        promoted();
        break;
      case 'release':
        released(effect.why);
        break;
    }
  }

  #look(): void {
    const { relays } = this.#ports;
    const what: LookFor = { ...this.#place, own: relays.own, beat: this.state.beat };
    relays.ask(lookFilters(what, this.now()), (answers) =>
      this.tell({ is: 'looked', look: lookOf(answers, what, this.now()) }),
    );
  }

  #say(state: 'claimed' | 'promoted' | 'withdrawn', taken: () => void = () => undefined): void {
    const { relays } = this.#ports;
    const at = Math.floor(this.now() / 1000);
    const { workload } = this.#place;
    const said = { workload_id: workload, new_primary_npub: relays.own, promoted_at: at, state, version: 1 };
    relays.say(promotionEvent(said, at), taken);
  }
}
