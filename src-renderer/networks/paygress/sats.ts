// Amounts of the protocol are thousandths of a satoshi, and pages show satoshis: in millionths, as all amounts are formatted.
const MICRO_PER_MSAT = 1000;
const DAY_S = 86_400;

export const microOf = (msat: number): number => msat * MICRO_PER_MSAT;
/** What a rate by the second is by the day, in thousandths of a satoshi. */
export const aDay = (rateMsat: number): number => rateMsat * DAY_S;
