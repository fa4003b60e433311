// What a payment buys, in whole millisatoshi and whole seconds: what is too little for another second stays with the lease as credit.

export interface Bought {
  readonly seconds: number;
  /** Of the payment, and of what was left before it. */
  readonly creditMsat: number;
}

export function bought(msat: number, creditMsat: number, rateMsat: number): Bought {
  const all = msat + creditMsat;
  const seconds = Math.floor(all / rateMsat);
  return { seconds, creditMsat: all - seconds * rateMsat };
}

/** What of it would be given back if it ended now: never more than was paid. */
export function restMsat(
  lease: {
    readonly paidUntil: number;
    readonly rateMsat: number;
    readonly creditMsat: number;
    readonly paidMsat: number;
  },
  now: number,
): number {
  const seconds = Math.floor(Math.max(0, lease.paidUntil - now) / 1000);
  return Math.min(lease.paidMsat, seconds * lease.rateMsat + lease.creditMsat);
}
