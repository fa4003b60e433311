// The life of an order: a parcel is weighed and paid for when it is, a shelf is paid in advance and kept until its time is over.

import type { NetworkHost } from '../../../src-main/networks/host.ts';
import { ONE_SLOT } from '../../../src-main/work/resources.ts';
import type { Ending, JobHandlers, OpenJob, RunningJob } from '../../../src-main/work/work.ts';
import type { Order } from './manager.ts';

const STAMP = 1_000_000;
const PRICE = { job: 2 * STAMP, lease: 5 * STAMP } as const;

type Became = 'done' | 'handed-back' | 'cancelled';

export interface OrdersDeps {
  readonly host: NetworkHost;
  readonly answer: (ref: string, became: string) => Promise<void>;
  readonly changed: () => void;
}

export class Orders {
  readonly #deps: OrdersDeps;
  /** Each runs until its timer ends it. */
  readonly #timers = new Set<() => void>();
  weighed = 0;
  shelves = 0;

  constructor(deps: OrdersDeps) {
    this.#deps = deps;
  }

  async take(order: Order): Promise<void> {
    const { host, answer } = this.#deps;
    const { kind, ref, until } = order;
    const most = host.settings.get('networks.parcel.shelves' as never) as number;
    const wanted = kind === 'job' || (until !== undefined && this.shelves < most);
    const claim = wanted ? host.slots.tryClaim(ONE_SLOT, { network: 'parcel', kind, until }) : undefined;
    if (!claim) return await answer(ref, 'no-room');
    const now = host.clock.now();
    const { handlers, run } = this.#handlers(kind, { ref, from: now, until: until ?? now + (order.takesMs ?? 20) });
    if (kind === 'job') {
      return run(await host.work.open({ network: 'parcel', kind, ref, what: 'weigh' }, claim, handlers));
    }
    const lease = { paidUntil: until!, spec: 'shelf', customer: 'a customer' };
    // It is paid before it begins: what was paid is on disk with it, or neither is.
    run(
      await host.work.open({ network: 'parcel', kind, ref, what: 'shelf', lease }, claim, handlers, (job) => [
        this.#entry('earned', job, PRICE.lease),
      ]),
    );
    host.settled();
  }

  /** What a crash left open: a parcel goes back to its manager, a shelf stands where it stood. */
  async recover(open: readonly OpenJob[]): Promise<void> {
    for (const job of open) {
      const { kind, ref, startedAt, lease } = job;
      if (lease === null) {
        await job.ended({ state: 'handed-back', code: 'parcel.node-crashed' });
        await this.#deps.answer(ref, 'handed-back');
        continue;
      }
      const { handlers, run } = this.#handlers(kind, { ref, from: startedAt, until: lease.paidUntil });
      run(job.adopted(handlers));
    }
  }

  /** Shelves stand while this program does not run; their timers do not. */
  stop(): void {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  #handlers(kind: Order['kind'], of: { readonly ref: string; readonly from: number; readonly until: number }) {
    const { host, answer, changed } = this.#deps;
    const { clock, settled, fault } = host;
    const worth = () => Math.round((PRICE.lease * Math.max(0, of.until - clock.now())) / (of.until - of.from));
    let running: RunningJob;
    let cancelTimer = () => {};
    const end = async (state: Became, back = 0) => {
      cancelTimer();
      this.#timers.delete(cancelTimer);
      const also: Ending['also'] = [
        ...(kind === 'job' && state === 'done' ? [this.#entry('earned', running.id, PRICE.job)] : []),
        ...(back > 0 ? [this.#entry('refund', running.id, -back)] : []),
      ];
      if (kind === 'lease') this.shelves -= 1;
      else if (state === 'done') this.weighed += 1;
      await running.end({ state, also });
      if (also.length > 0) settled();
      changed();
      await answer(of.ref, state);
    };
    const ended = (state: Became) => void end(state).catch(fault);
    const handlers: JobHandlers = {
      cancel: () => ended('cancelled'),
      handBack: () => ended('handed-back'),
      ...(kind === 'lease' && {
        lease: {
          outlives: () => true,
          refund: () => ({ unit: 'stamp', amountMicro: worth() }),
          endWithRefund: () => end('cancelled', worth()),
        },
      }),
    };
    const run = (job: RunningJob) => {
      running = job;
      if (kind === 'lease') this.shelves += 1;
      cancelTimer = clock.after(Math.max(0, of.until - clock.now()), () => ended('done'));
      this.#timers.add(cancelTimer);
      changed();
    };
    return { handlers, run };
  }

  /** It is in hand at once: the manager pays what it says. */
  #entry(kind: 'earned' | 'refund', job: number, amountMicro: number) {
    const { ledger, clock } = this.#deps.host;
    const at = clock.now();
    return ledger.book({ at, kind, job, unit: 'stamp', amountMicro, reference: `${kind}/${job}`, settledAt: at });
  }
}
