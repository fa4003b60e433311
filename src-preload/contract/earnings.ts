import { z } from 'zod';
import { live, Nothing, Reason, request, Time } from './define.ts';

/**
 * Earned: work was done for it. Correction: puts right what was earned. Fee: what a network, a mint or a payment took. Refund: given
 * back to who had paid. Withdrawal and deposit: moved out of this node's keeping, and into it.
 */
export const EntryKind = z.enum(['earned', 'correction', 'fee', 'refund', 'withdrawal', 'deposit']);
export type EntryKind = z.infer<typeof EntryKind>;

/** Those that make up what was earned, net. The others move it. */
export const INCOME_KINDS = ['earned', 'correction', 'fee', 'refund'] as const satisfies readonly EntryKind[];

/** In place of a network: the user's own movements of the wallet, which belong to none. */
export const WALLET_BOOKS = 'wallet';

/** A sum over ledger entries, with what it counts beside it. Millionths of the unit, a whole number. */
export const Sum = z.object({
  network: z.string(),
  unit: z.string(),
  amountMicro: z.number().int(),
  entries: z.number().int().nonnegative(),
});
export type Sum = z.infer<typeof Sum>;

/**
 * Quoted: a price was asked for. Serving: being worked on. Earned: done and booked here; the network may still have to confirm
 * and pay it. Received: the payment is in hand. Failed: worked on, and nothing will come of it. A network that does not tell
 * of a state has nothing in it.
 */
export const EarningState = z.enum(['quoted', 'serving', 'earned', 'received', 'failed']);
export type EarningState = z.infer<typeof EarningState>;

/** What came in, what was kept of it, and what is left: always these three, in millionths of the unit. A refund takes from the first. */
const amounts = {
  grossMicro: z.number().int(),
  feeMicro: z.number().int(),
  netMicro: z.number().int(),
};

/** One entry of the ledger. */
export const EarningRow = z.object({
  id: z.number().int(),
  at: Time,
  network: z.string(),
  unit: z.string(),
  state: EarningState,
  kind: EntryKind,
  /** This node's own name for what was booked, unique in its network. */
  reference: z.string(),
  /** What it adds to the balance, with its sign. */
  amountMicro: z.number().int(),
  /** What it adds to what was earned: nothing by a withdrawal or a deposit. */
  ...amounts,
  /** When it was in hand; null while it is not. */
  receivedAt: Time.nullable(),
  /** What came of claiming it; null where nothing is claimed for it. Waiting may have been tried before. */
  claim: z
    .object({
      state: z.enum(['waiting', 'unclear', 'paid', 'failed']),
      /** A code: why it waits still, or why nothing will come of it. */
      reason: z.string().nullable(),
      tries: z.number().int().nonnegative(),
      settledAt: Time.nullable(),
    })
    .nullable(),
  /** The task that it is for, with what is known of it; null where it is for none. */
  task: z
    .object({
      id: z.number().int(),
      /** The id that its sender gave it: any text up to 255 characters. */
      ref: z.string(),
      intent: z.string(),
      model: z.string().nullable(),
      tokensIn: z.number().int().nonnegative(),
      tokensOut: z.number().int().nonnegative(),
    })
    .nullable(),
});
export type EarningRow = z.infer<typeof EarningRow>;

export const EarningSum = z.object({
  network: z.string(),
  unit: z.string(),
  state: EarningState,
  ...amounts,
  entries: z.number().int().nonnegative(),
});
export type EarningSum = z.infer<typeof EarningSum>;

/** Tasks that ended in a time, by network. */
export const WorkSum = z.object({
  network: z.string(),
  done: z.number().int().nonnegative(),
  failed: z.number().int().nonnegative(),
  cancelled: z.number().int().nonnegative(),
  tokensIn: z.number().int().nonnegative(),
  tokensOut: z.number().int().nonnegative(),
});
export type WorkSum = z.infer<typeof WorkSum>;

export const Currency = z.string().regex(/^[A-Z]{3}$/, 'expected a currency such as EUR (ISO 4217)');

/** Millionths of the currency. */
export const Money = z.object({ currency: Currency, micro: z.number().int() });
export type Money = z.infer<typeof Money>;

export const PowerSum = z.object({
  /** Milliseconds that the node ran, was open for tasks, and had at least one running. */
  onMs: z.number().int().nonnegative(),
  openMs: z.number().int().nonnegative(),
  busyMs: z.number().int().nonnegative(),
  /** A million of them are a kilowatt hour. Null: what the computer draws is not set, or the time was not measured yet. */
  milliwattHours: z.number().int().nonnegative().nullable(),
  /** Null: that, or no tariff is set. Millionths of the currency; always at the tariff that is set now. */
  cost: Money.nullable(),
});
export type PowerSum = z.infer<typeof PowerSum>;

const inTime = {
  sums: z.array(EarningSum),
  work: z.array(WorkSum),
  power: PowerSum,
  /** Left after power, in the tariff's currency. Null where what came in is no such money, and not said to be worth any. */
  left: Money.nullable(),
};

/** From `start` up to but without `end`: midnights of the local zone, so a day has 23 to 25 hours. */
export const EarningsPoint = z.object({ start: Time, end: Time, ...inTime });
export type EarningsPoint = z.infer<typeof EarningsPoint>;

/** What became of sums, the same entries in three parts. */
export const Standing = z.object({
  /** Null: no network that this node has joined has reported a payment or a failed one yet. */
  received: z.array(Sum).nullable(),
  onItsWay: z.array(Sum),
  /** With what was taken back of it, so that it mostly makes nothing. */
  failed: z.array(Sum),
});
export type Standing = z.infer<typeof Standing>;

/** What there is of one network's unit, since the beginning. All but `inHandMicro` without a sign. */
export const Balance = z.object({
  network: z.string(),
  unit: z.string(),
  /** What came in, less what was refunded; what was kept of it; and what is left: as in an entry. */
  ...amounts,
  refundedMicro: z.number().int(),
  /** Of what is left: what is in hand, and what the network has still to confirm. */
  receivedMicro: z.number().int(),
  onItsWayMicro: z.number().int(),
  depositedMicro: z.number().int(),
  withdrawnMicro: z.number().int(),
  /** Received and deposited, less what was withdrawn. */
  inHandMicro: z.number().int(),
});
export type Balance = z.infer<typeof Balance>;

export const EarningsView = z.object({
  /** Start of the local day that `today` counts from. */
  dayStart: Time,
  today: z.array(Sum),
  total: z.array(Sum),
  standing: z.object({ today: Standing, total: Standing }),
  /** One a network and unit: those of different units are never added. */
  balances: z.array(Balance),
  /** The newest entry in them, for `earnings.check`. */
  through: z.number().int().nonnegative(),
  /** The newest settled claim: with it what was earned has become received. */
  settled: z.number().int().nonnegative(),
});
export type EarningsView = z.infer<typeof EarningsView>;

export const EarningsSeries = z.object({
  by: z.enum(['day', 'week', 'month']),
  /** The zone whose days these are, such as Europe/Berlin. */
  zone: z.string(),
  /** Oldest first, without gaps; an empty one is there with nothing in it. */
  points: z.array(EarningsPoint),
  /** Over all points. */
  total: z.object(inTime),
  /**
   * The states one by one over the same time; serving is now. Those that are booked make the total together, each entry in one
   * of them.
   */
  states: z.array(
    z.object({
      state: EarningState,
      /** Of entries where they are booked, else of tasks. Null: no network that this node has joined tells of it. */
      count: z.number().int().nonnegative().nullable(),
      /** Tasks in it for which nothing was booked: those that run, and those that failed at work. */
      unbooked: z.number().int().nonnegative(),
      sums: z.array(EarningSum),
      /** Within `sums`: corrections of what was booked and never came. */
      takenBack: z.array(Sum),
    }),
  ),
  /** Everything at the moment of the series, so that all figures of a page are of one moment. */
  now: EarningsView,
  /** The newest entry that is in it. Give it to `earnings.check`, so that what comes meanwhile does not disturb. */
  through: z.number().int().nonnegative(),
  /** The newest settled claim that is in it, for `earnings.check` as well. */
  settled: z.number().int().nonnegative(),
});
export type EarningsSeries = z.infer<typeof EarningsSeries>;

const netOf = {
  tasks: z.number().int().nonnegative(),
  failed: z.number().int().nonnegative(),
  tokensIn: z.number().int().nonnegative(),
  tokensOut: z.number().int().nonnegative(),
  workMs: z.number().int().nonnegative(),
  /** By network and unit. */
  sums: z.array(EarningSum),
  /** Null: not known, as in `PowerSum`. */
  milliwattHours: z.number().int().nonnegative().nullable(),
  cost: Money.nullable(),
  /** What is put aside for wear. */
  wear: Money.nullable(),
  /** Of all that came in, after power and wear. Null where one of them is not known in that money. */
  left: Money.nullable(),
};

/** One kind of task on one model. Each is empty where it is not known. */
export const NetRow = z.object({ intent: z.string(), model: z.string(), ...netOf });
export type NetRow = z.infer<typeof NetRow>;

/** What each kind of task and model brought and cost. Rows and rest make the total, to the millionth and the milliwatt hour. */
export const EarningsNet = z.object({
  /** Those that brought most first. */
  rows: z.array(NetRow),
  /** Waiting for tasks, tasks that are not kept any more, entries for no task, and kinds beyond the first hundred. */
  rest: z.object(netOf),
  total: z.object(netOf),
  /** Bytes that strangers' tasks moved, by whole days. */
  data: z.object({ in: z.number().int().nonnegative(), out: z.number().int().nonnegative() }),
  through: z.number().int().nonnegative(),
});
export type EarningsNet = z.infer<typeof EarningsNet>;

/** Up to the end of the year 9999, so that there is a date for it and for the periods after it. */
const Moment = Time.max(253_402_300_799_999);

/** Which entries; what is left out does not bind. `from` is the first moment in it, `to` the first one after it. */
export const EarningsFilter = z.object({
  from: Moment.optional(),
  to: Moment.optional(),
  network: z.string().max(64).optional(),
  unit: z.string().max(64).optional(),
  state: EarningState.optional(),
  /** Of the task; empty for entries whose task is not known, or its model is not. */
  intent: z.string().max(255).optional(),
  model: z.string().max(255).optional(),
  /** Left out: those that make up what was earned; of an export, all. */
  kinds: z.array(EntryKind).min(1).max(EntryKind.options.length).optional(),
});
export type EarningsFilter = z.infer<typeof EarningsFilter>;

/** Newest first. */
export const EarningsPage = z.object({
  /** May be fewer than asked for, even none, while `next` is not null. */
  items: z.array(EarningRow),
  next: z.number().int().nullable(),
});
export type EarningsPage = z.infer<typeof EarningsPage>;

/** The rows themselves added up, one by one, without any sum that was kept. */
export const EarningsCheck = z.object({
  sums: z.array(Sum),
  through: z.number().int().nonnegative(),
  /** Whether they add up to what was `shown`; null where nothing was. */
  agrees: z.boolean().nullable(),
  tookMs: z.number().nonnegative(),
});
export type EarningsCheck = z.infer<typeof EarningsCheck>;

/** A part of the file: all parts one after the other are the whole of it. */
export const EarningsExport = z.object({
  fileName: z.string(),
  mediaType: z.string(),
  text: z.string(),
  /** Entries in this part. */
  rows: z.number().int().nonnegative(),
  /** `after` of the next part; null: this was the last. */
  next: z.string().nullable(),
});
export type EarningsExport = z.infer<typeof EarningsExport>;

/** Claims that stand alike, and what was given for them. */
export const ClaimSum = z.object({
  state: z.enum(['waiting', 'unclear', 'paid', 'failed']),
  reason: z.string().nullable(),
  count: z.number().int().nonnegative(),
  claimedMicro: z.number().int(),
  awardedMicro: z.number().int(),
});
export type ClaimSum = z.infer<typeof ClaimSum>;

/** This node's account with a network, held against its own ledger. */
export const NetworkAccount = z.object({
  network: z.string(),
  unit: z.string(),
  /** Whose books they are, such as a directory's address. */
  place: z.string(),
  claiming: z.boolean(),
  claims: z.array(ClaimSum),
  receivedMicro: z.number().int(),
  /** As the network tells; null where it does not, with the reason. */
  theirs: z
    .object({
      balanceMicro: z.number().int(),
      earnedMicro: z.number().int().nullable(),
      spentMicro: z.number().int().nullable(),
      at: Time,
    })
    .nullable(),
  failure: Reason.nullable(),
  /** What is wrong with its books, where something is. */
  trouble: Reason.nullable(),
  /** What the network has given by its books, less what was received by these; null where it does not tell. */
  differenceMicro: z.number().int().nullable(),
});
export type NetworkAccount = z.infer<typeof NetworkAccount>;

export const earningsRequests = {
  'earnings.get': request(Nothing, live(EarningsView)),
  /**
   * By default the last 30 days, 13 weeks or 12 months, the present one included; `from` and `to` are any moments of the first
   * period and up to the last. At most 400 at once. Weeks start on this day, 0 is Sunday.
   */
  'earnings.series': request(
    z.object({
      by: z.enum(['day', 'week', 'month']),
      from: Moment.optional(),
      to: Moment.optional(),
      weekStartsOn: z.number().int().min(0).max(6).default(1),
    }),
    EarningsSeries,
  ),
  /** From the beginning of a local day up to that of another, such as the edges of a series. */
  'earnings.net': request(z.object({ from: Moment, to: Moment }), EarningsNet),
  /** The entries behind a total. `before` is the `next` of the page before. */
  'earnings.rows': request(
    z.object({
      filter: EarningsFilter.optional(),
      before: z.number().int().optional(),
      limit: z.number().int().min(1).max(200).default(50),
    }),
    EarningsPage,
  ),
  /**
   * Adds up the entries behind a total, up to number `through`, and says whether they make what was shown, where that is given:
   * the total's sums of all networks and units that the filter lets through.
   */
  'earnings.check': request(
    z.object({
      filter: EarningsFilter.optional(),
      through: z.number().int().nonnegative().optional(),
      /** Claims that were settled after this one count as they were before. */
      settled: z.number().int().nonnegative().optional(),
      shown: z.array(Sum).max(100).optional(),
    }),
    EarningsCheck,
  ),
  /**
   * The entries as a file, in parts: ask again with `next` as `after` and the same of all else until it is null. A `year` is a
   * local one, and takes the place of `from` and `to`.
   */
  'earnings.export': request(
    EarningsFilter.extend({
      format: z.enum(['csv', 'json']),
      year: z.number().int().min(1970).max(9999).optional(),
      after: z.string().max(64).optional(),
    }),
    EarningsExport,
  ),
  /** Asks the networks that run. */
  'earnings.accounts': request(Nothing, z.array(NetworkAccount)),
};
export const earningsPushes = { 'earnings.changed': live(EarningsView) };
