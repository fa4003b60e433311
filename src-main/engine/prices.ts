// Tries a price on what this node has done: what a task of the usual size would bring, and what the last month would have, in
// other hours and with fewer models too.

import type { PowerSum } from '../../src-preload/contract/earnings.ts';
import type { PriceLook } from '../../src-preload/contract/pricing.ts';
import type { Grid } from '../../src-preload/contract/settings/availability.ts';
import { levelAt } from '../availability/grid.ts';
import type { Clock } from '../base/clock.ts';
import { Turns } from '../base/turns.ts';
import type { Reckoning } from '../networks/network.ts';
import type { DoneTask, DoneTasks } from '../work/done.ts';

const MONTH_MS = 30 * 86_400_000;
/** Of a busy node these are enough to see what a price does. */
const MOST_TASKS = 100_000;
const PAGE = 2000;
/** With fewer a middle says little. */
const ENOUGH = 5;
const LAST = 500;
/** A short question and an answer of some paragraphs. */
const GUESS_TOKENS = 700;

export interface Tried {
  readonly price: Reckoning;
  /** Only what began while this week is open. */
  readonly hours?: Grid | undefined;
  readonly without?: readonly string[] | undefined;
}

export interface PricesDeps {
  readonly clock: Clock;
  readonly done: Pick<DoneTasks, 'page'>;
  /** What was drawn since a moment, in those quarters of an hour whose beginning is let through. */
  readonly power: (from: number, within: (at: number) => boolean) => PowerSum;
}

export async function tryPrice(
  { clock, done, power }: PricesDeps,
  network: string,
  { price, hours, without = [] }: Tried,
): Promise<PriceLook> {
  const turns = new Turns(clock);
  const from = Math.max(0, clock.now() - MONTH_MS);
  const open = (at: number) => hours === undefined || levelAt(hours, at) !== 'off';
  const was = { tasks: 0, tokens: 0, micro: 0 };
  const would = { tasks: 0, tokens: 0, micro: 0 };
  let cut = false;
  const last: number[] = [];
  let before = Number.MAX_SAFE_INTEGER;
  for (let page: DoneTask[]; ; ) {
    page = done.page(network, before, from, PAGE);
    for (const { model, tokens, startedAt, finishedAt, bookedMicro } of page) {
      add(was, tokens, bookedMicro);
      if (last.length < LAST) last.push(tokens);
      if (!open(startedAt) || without.includes(model ?? '')) continue;
      add(would, tokens, price.micro(tokens, model ?? '', finishedAt));
    }
    before = page.at(-1)?.seq ?? before;
    cut = page.length === PAGE && was.tasks >= MOST_TASKS;
    if (page.length < PAGE || cut) break;
    await turns.step();
  }
  const replay = {
    from,
    was: { ...was, power: power(from, () => true) },
    would: { ...would, power: power(from, open) },
    cut,
  };
  const basis = last.length >= ENOUGH ? 'history' : 'guess';
  const tokens = basis === 'guess' ? GUESS_TOKENS : last.toSorted((a, b) => a - b)[Math.floor(last.length / 2)]!;
  const now = clock.now();
  return {
    unit: price.unit,
    typical: { tokens, basis, micro: price.micro(tokens, '', now) },
    perThousandMicro: price.micro(1000, '', now),
    mostPerThousandMicro: price.mostMicro(1000),
    declared: price.declared,
    cap: price.cap,
    models: price.models.map((model) => ({ ...model, typicalMicro: price.micro(tokens, model.id, now) })),
    replay,
  };
}

function add(sum: { tasks: number; tokens: number; micro: number }, tokens: number, micro: number): void {
  sum.tasks += 1;
  sum.tokens += tokens;
  sum.micro += micro;
}
