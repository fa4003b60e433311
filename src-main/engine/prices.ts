// Tries a price on what this node has done: what a task of the usual size would bring, and what the last month would have.

import type { PriceLook } from '../../src-preload/contract/pricing.ts';
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

export async function tryPrice(
  deps: { readonly clock: Clock; readonly done: Pick<DoneTasks, 'page'> },
  network: string,
  price: Reckoning,
): Promise<PriceLook> {
  const { clock, done } = deps;
  const turns = new Turns(clock);
  const from = Math.max(0, clock.now() - MONTH_MS);
  const replay = { from, tasks: 0, tokens: 0, bookedMicro: 0, wouldMicro: 0, cut: false };
  const last: number[] = [];
  let before = Number.MAX_SAFE_INTEGER;
  for (let page: DoneTask[]; ; ) {
    page = done.page(network, before, from, PAGE);
    for (const { model, tokens, finishedAt, bookedMicro } of page) {
      replay.tasks += 1;
      replay.tokens += tokens;
      replay.bookedMicro += bookedMicro;
      replay.wouldMicro += price.micro(tokens, model ?? '', finishedAt);
      if (last.length < LAST) last.push(tokens);
    }
    before = page.at(-1)?.seq ?? before;
    replay.cut = page.length === PAGE && replay.tasks >= MOST_TASKS;
    if (page.length < PAGE || replay.cut) break;
    await turns.step();
  }
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
    models: [...price.models],
    replay,
  };
}
