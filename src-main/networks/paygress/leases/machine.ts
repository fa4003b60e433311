// The life of a lease as a machine without clock, engine or wallet: what is known of it and what has just come about, and from that what
// it is next. Everything that is free comes before the payment, so that before `paid` nothing has to be given back.
//
//   reserved -> prepared -> paid -> active -> ending -> closed
//
// Each state asks for one thing: reserved for the box to be made, prepared for the token to be redeemed, paid for the box to be started,
// active to be looked after until its time is over, ending for the box to be gone.

export type LeaseState = 'reserved' | 'prepared' | 'paid' | 'active' | 'ending' | 'closed';

/** Refused: nothing was paid. Evicted: the owner of this computer wants it back. */
export type EndedAs = 'done' | 'refused' | 'failed' | 'evicted';

/** What goes back: all that was paid, or what it would still have paid for. */
export type Due = 'nothing' | 'all' | 'rest';

export interface LeaseNow {
  readonly state: LeaseState;
  /** Of what its state asks for, since it last came about. */
  readonly tries: number;
  readonly paidUntil: number;
  readonly startedAt: number | null;
  /** Its customer was told that nothing comes of it. */
  readonly late: boolean;
}

export type Fact =
  /** The box was made; or it can't be, and nothing is left of it. */
  | { readonly is: 'made' }
  | { readonly is: 'not-made'; readonly code: string; readonly message: string }
  /** The token's worth is ours; it is not and won't be; or only its mint knows. */
  | { readonly is: 'ours' }
  | { readonly is: 'not-ours'; readonly code: string; readonly message: string }
  | { readonly is: 'unknown' }
  /** The box runs; or it was started and does not. */
  | { readonly is: 'runs' }
  | { readonly is: 'does-not-run' }
  /** The program ended before anything was paid. */
  | { readonly is: 'interrupted' }
  | { readonly is: 'evicted' }
  /** What was sold can't be kept, and why. */
  | { readonly is: 'lost'; readonly message: string }
  | { readonly is: 'gone' }
  | { readonly is: 'not-gone' }
  /** Nothing but the clock. */
  | { readonly is: 'time' };

export interface Ending {
  readonly as: EndedAs;
  readonly due: Due;
  /** As the wire calls it, and what it says to its customer. */
  readonly code: string | null;
  readonly message: string | null;
}

export interface LeaseNext {
  readonly state: LeaseState;
  readonly tries: number;
  /** When it is to be looked at again, epoch milliseconds. */
  readonly dueAt: number;
  /** It has just begun to end. */
  readonly ending?: Ending;
}

/** A mint that does not answer is asked by the wallet; here it is only looked whether it has. */
const LOOK_MS = 5000;
/** A box that was started and does not run is started once more before its customer is told. */
const STARTS = 2;
/** A box that stopped by itself: paygress.md 4, "5, 30, 120 s". */
const RESTART_MS = [5000, 30_000, 120_000] as const;
/** One that has run for so long had another reason to stop than the last time. */
const STABLE_MS = 600_000;
const CLEAN_MS = { first: 5000, longest: 600_000 } as const;

const NOT_STARTED = 'The machine could not be started. What was paid is given back.';
const STOPPED = 'The machine stopped and could not be started again. What is left of the payment is given back.';
const EVICTED = 'The owner of this computer needs it back. What is left of the payment is given back.';
const INTERRUPTED = 'The provider was restarted before anything was paid. Your token was not touched.';
const TOO_LATE = 'The machine was not ready in time. What was paid is given back.';

const ending = (as: EndedAs, due: Due, code: string | null, message: string | null): Ending => ({
  as,
  due,
  code,
  message,
});

/** Undefined: that can't have come about in its state, and changes nothing. */
export function next(lease: LeaseNow, fact: Fact, now: number): LeaseNext | undefined {
  const end = (how: Ending): LeaseNext => ({ state: 'ending', tries: 0, dueAt: now, ending: how });
  const again = (state: LeaseState, dueAt: number, tries = 0): LeaseNext => ({ state, tries, dueAt });
  switch (lease.state) {
    case 'reserved':
      if (fact.is === 'made') return again('prepared', now);
      return ended(fact, end);
    case 'prepared':
      if (fact.is === 'ours') return again('paid', now);
      if (fact.is === 'unknown') return again('prepared', now + LOOK_MS, lease.tries + 1);
      return ended(fact, end);
    case 'paid':
      if (fact.is === 'evicted') return end(ending('evicted', 'all', 'backend_error', EVICTED));
      if (lease.late) return end(ending('failed', 'all', 'backend_error', TOO_LATE));
      if (fact.is === 'runs') return again('active', lease.paidUntil);
      if (fact.is !== 'does-not-run') return undefined;
      if (lease.tries + 1 < STARTS) return again('paid', now, lease.tries + 1);
      return end(ending('failed', 'all', 'backend_error', NOT_STARTED));
    case 'active':
      if (fact.is === 'evicted') return end(ending('evicted', 'rest', 'backend_error', EVICTED));
      if (lease.paidUntil <= now) return end(ending('done', 'nothing', null, null));
      if (fact.is === 'lost') return end(ending('failed', 'rest', 'backend_error', fact.message));
      if (fact.is === 'runs') {
        const stable = now - (lease.startedAt ?? now) >= STABLE_MS;
        return again('active', lease.paidUntil, stable ? 0 : lease.tries);
      }
      if (fact.is === 'time') return again('active', lease.paidUntil, lease.tries);
      if (fact.is !== 'does-not-run') return undefined;
      return restart(lease, now) ?? end(ending('failed', 'rest', 'backend_error', STOPPED));
    case 'ending':
      if (fact.is === 'gone') return again('closed', now);
      if (fact.is === 'not-gone') return again('ending', now + cleanMs(lease.tries), lease.tries + 1);
      return undefined;
    case 'closed':
      return undefined;
  }
}

/** Before it is paid: nothing goes back, for nothing was taken. */
function ended(fact: Fact, end: (how: Ending) => LeaseNext): LeaseNext | undefined {
  switch (fact.is) {
    case 'not-made':
    case 'not-ours':
      return end(ending('refused', 'nothing', fact.code, fact.message));
    case 'interrupted':
      return end(ending('refused', 'nothing', 'backend_error', INTERRUPTED));
    default:
      return undefined;
  }
}

function restart(lease: LeaseNow, now: number): LeaseNext | undefined {
  const wait = RESTART_MS[lease.tries];
  if (wait === undefined) return undefined;
  return { state: 'active', tries: lease.tries + 1, dueAt: Math.min(lease.paidUntil, now + wait) };
}

function cleanMs(tries: number): number {
  return Math.min(CLEAN_MS.longest, CLEAN_MS.first * 2 ** Math.min(tries, 20));
}
