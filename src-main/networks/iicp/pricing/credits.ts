// What a task earns on IICP, in credits, of which a thousand tokens make one at the usual price. Booked in millionths, as whole
// numbers. The directory awards at most a tenth more than the tokens make, whatever price was declared, and nothing below a
// ten-thousandth (IICP 1.4, credits/award), and the books of the official ones have no finer parts: no more and nothing finer is
// asked for, so that what is booked is what is likely to come.

import type { Amount } from '../../../payments/ledger.ts';
import { multiplierFor, type Pricing, priceAt, USUAL } from './pricing.ts';

/** A thousand tokens make a credit: a token is a thousand micro-credits. */
const MICRO_PER_TOKEN = 1000;
const MICRO_PER_CREDIT = 1_000_000;
/** A tenth more, in whole numbers. */
const MOST_MICRO_PER_TOKEN = 1100;
const GRAIN_MICRO = 100;

/** Micro-credits for a task of so many tokens, all counted together; 0 where nothing would be awarded. */
export function askedMicro(tokens: number, pricing: Pricing, model: string, now: number): number {
  const price = priceAt(pricing, now);
  const multiplier = multiplierFor(price, model);
  const wanted = usualMicro(tokens, price.model) * multiplier;
  return Math.min(Math.round(wanted / GRAIN_MICRO) * GRAIN_MICRO, mostMicro(tokens));
}

/** The most that is awarded, whatever is asked. */
export const mostMicro = (tokens: number): number => tokens * MOST_MICRO_PER_TOKEN;

/** The multiplier from which on nothing more is awarded for so many tokens. */
export const paidUpTo = (tokens: number, { model }: Pick<Pricing, 'model'>): number =>
  mostMicro(tokens) / usualMicro(tokens, model) || 0;

function usualMicro(tokens: number, model: Pricing['model']): number {
  return model === 'per_token' ? tokens * MICRO_PER_TOKEN : MICRO_PER_CREDIT;
}

/** Nothing for a reply without counted tokens: the directory awards none either. */
export function earnedFor(tokens: number, pricing: Pricing = USUAL, model = '', now = 0): Amount {
  return { network: 'iicp', unit: 'credit', amountMicro: askedMicro(tokens, pricing, model, now) };
}
