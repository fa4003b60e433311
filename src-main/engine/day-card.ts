// Signed days: made for a face, and read where there is no node.

import type { DayCard } from '../../src-preload/contract/day-card.ts';
import type { Output } from '../../src-preload/contract/index.ts';
import type { Clock } from '../base/clock.ts';
import type { Signer } from '../networks/network.ts';
import { linesOf, makeDayCard, readDayCard, toJson, toText } from '../payments/day-card.ts';
import type { Settings } from '../settings/settings.ts';
import type { Accounting } from './accounting.ts';

export interface DayCardDeps {
  readonly clock: Clock;
  readonly accounting: Pick<Accounting, 'series' | 'net'>;
  readonly settings: Pick<Settings, 'get'>;
  readonly signer: Signer;
  readonly refusedToday: number;
}

/** Of the local day that a moment lies in. */
export async function dayCardFiles(deps: DayCardDeps, at: number): Promise<Output<'earnings.dayCard'>> {
  const { clock, accounting, settings, signer, refusedToday } = deps;
  const draw = settings.get('power.draw');
  const card = await makeDayCard({ ...accounting, now: clock.now(), signer, draw, refusedToday }, at);
  return { name: `hearth-day-${card.day}`, json: toJson(card), text: toText(card) };
}

/** What is in a file, as it was signed, with the words for it. Throws DayCardBroken. */
export function dayCardIn(file: string): { readonly card: DayCard; readonly lines: readonly string[] } {
  const card = readDayCard(file);
  return { card, lines: linesOf(card) };
}
