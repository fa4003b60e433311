// Tries a price on what this node has done: what a task of the usual size would bring, and what the last month would have, in
// other hours and with fewer models too.

import type { PowerSum } from '../../src-preload/contract/earnings.ts';
import type { PriceLook } from '../../src-preload/contract/pricing.ts';
import type { Grid } from '../../src-preload/contract/settings/availability.ts';
import { levelAt } from '../availability/grid.ts';
import type { Clock } from '../base/clock.ts';
import { quarterOf } from '../base/quarter.ts';
import { Yielder } from '../base/yielder.ts';
import type { Quote } from '../networks/network.ts';
import type { DoneTask, DoneTasks } from '../work/done.ts';

const MONTH_MS = 30 * 86_400_000;
/** Of a busy node these are enough to see what a price does. */
const MOST_TASKS = 100_000;
const PAGE = 2000;
const MOST_MODELS = 64;
/** With fewer a middle says little. */
const ENOUGH = 5;
const LAST = 500;
/** A short question and an answer of some paragraphs. */
const GUESS_TOKENS = 700;

export interface Tried {
  readonly price: Quote;
  /** Only what began while this week is open. */
  readonly hours?: Grid | undefined;
  readonly without?: readonly string[] | undefined;
}

export interface PricesDeps {
  readonly clock: Clock;
  readonly done: Pick<DoneTasks, 'page'>;
  /** What was drawn since a moment, in those quarters of an hour whose beginning is let through. */
  readonly power: (
    from: number,
    within: (at: number) => boolean,
    /** How much of its time at work counts. */
    share: (quarter: number) => number,
  ) => PowerSum;
  /** In the tariff's currency; null where it is not known. */
  readonly worth: (unit: string, micro: number) => number | null;
}

export async function tryPrice(
  { clock, done, power, worth }: PricesDeps,
  network: string,
  { price, hours, without = [] }: Tried,
): Promise<PriceLook> {
  const yielder = new Yielder(clock);
  const from = Math.max(0, clock.now() - MONTH_MS);
  const open = (at: number) => hours === undefined || levelAt(hours, at) !== 'off';
  const was = { tasks: 0, tokens: 0, micro: 0 };
  const would = { tasks: 0, tokens: 0, micro: 0 };
  const worked = new Map<number, { all: number; kept: number }>();
  const ranOn = new Map<string, number>();
  let cut = false;
  const last: number[] = [];
  let before = Number.MAX_SAFE_INTEGER;
  for (let page: DoneTask[]; ; ) {
    page = done.page(network, before, from, PAGE);
    for (const { model, tokens, startedAt, finishedAt, bookedMicro } of page) {
      add(was, tokens, bookedMicro);
      if (last.length < LAST) last.push(tokens);
      ranOn.set(model ?? '', (ranOn.get(model ?? '') ?? 0) + 1);
      const taken = !without.includes(model ?? '');
      const quarter = worked.get(quarterOf(finishedAt)) ?? { all: 0, kept: 0 };
      worked.set(quarterOf(finishedAt), quarter);
      quarter.all += finishedAt - startedAt;
      if (taken) quarter.kept += finishedAt - startedAt;
      if (!open(startedAt) || !taken) continue;
      add(would, tokens, price.micro(tokens, model ?? '', finishedAt));
    }
    before = page.at(-1)?.seq ?? before;
    cut = page.length === PAGE && was.tasks >= MOST_TASKS;
    if (page.length < PAGE || cut) break;
    await yielder.step();
  }
  /** Of the time at work in a quarter, what is left of it without those models; all of it where nothing is known of it. */
  const share = (at: number) => {
    const { all, kept } = worked.get(at) ?? { all: 0, kept: 0 };
    return all > 0 ? kept / all : 1;
  };
  const shown = (sum: typeof was, used: PowerSum) => {
    const money = worth(price.unit, sum.micro);
    const left = used.cost && money !== null ? { ...used.cost, micro: money - used.cost.micro } : null;
    return { ...sum, power: used, left };
  };
  const models = [...ranOn].map(([id, tasks]) => ({ id, tasks })).sort((a, b) => b.tasks - a.tasks);
  const replay = {
    from,
    was: shown(
      was,
      power(
        from,
        () => true,
        () => 1,
      ),
    ),
    would: shown(would, power(from, open, share)),
    models: models.slice(0, MOST_MODELS),
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
    paidUpTo: price.paidUpTo(tokens),
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
