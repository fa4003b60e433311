// Adds all entries up again once a day and holds the rollup against them. The entries are the record: where the rollup says
// anything else, that is written to the log as an error, and the rollup is made anew from them.

import type { Database, Statement } from 'better-sqlite3';
import type { Clock } from '../base/clock.ts';
import type { Service } from '../base/lifecycle.ts';
import type { Logger } from '../base/logger.ts';
import { Yielder } from '../base/yielder.ts';
import type { Committer } from '../storage/write.ts';
import { BLOCK, EVER, REBUILT_SUMS, stateSql } from './ledger-schema.ts';
import { type Cut, LedgerSums } from './sums.ts';

export interface SumsCheckDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly committer: Committer;
  readonly read: Database;
}

/** The node has other things to do when it has just begun. */
const FIRST_MS = 20 * 60_000;
const EVERY_MS = 24 * 60 * 60_000;
/** Entries that are added up before others have their turn: about two milliseconds. */
const STRIDE = 4 * BLOCK;
/** After the last quarter that a moment can lie in. */
const END = 2 ** 43;

const MOMENT = `SELECT network, unit, kind, state, sum(amount_micro) AS amountMicro, sum(entries) AS entries`;

export class SumsCheck implements Service {
  readonly name = 'ledger check';
  readonly #deps: SumsCheckDeps;
  readonly #sums: LedgerSums;
  readonly #entries: Statement<[{ first: number; last: number; settled: number }], Cut>;
  readonly #quartersOff: Statement<[], unknown>;
  #stop: AbortController | undefined;
  #loop: Promise<void> = Promise.resolve();

  constructor(deps: SumsCheckDeps) {
    const { read } = deps;
    this.#deps = deps;
    this.#sums = new LedgerSums(read);
    this.#entries = read.prepare(`SELECT network, unit, kind, ${stateSql('l', 'c.settled <= @settled')} AS state,
      sum(amount_micro) AS amountMicro, count(*) AS entries FROM ledger l WHERE id BETWEEN @first AND @last GROUP BY 1, 2, 3, 4`);
    const of = (which: string) =>
      `${MOMENT} FROM ledger_sums WHERE ${which} GROUP BY 1, 2, 3, 4 HAVING sum(entries) <> 0`;
    const [ever, quarters] = [of(`quarter = ${EVER}`), of(`quarter <> ${EVER}`)];
    this.#quartersOff = read.prepare(
      `SELECT * FROM (SELECT * FROM (${ever}) EXCEPT SELECT * FROM (${quarters}))
        UNION ALL SELECT * FROM (SELECT * FROM (${quarters}) EXCEPT SELECT * FROM (${ever})) LIMIT 1`,
    );
  }

  async start(): Promise<void> {
    if (this.#stop) return;
    const stop = new AbortController();
    this.#stop = stop;
    this.#loop = this.#run(stop.signal);
  }

  async stop(): Promise<void> {
    this.#stop?.abort(new DOMException('the node stops', 'AbortError'));
    this.#stop = undefined;
    await this.#loop;
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#deps;
    const rest = (ms: number) => clock.sleep(ms, signal).catch(() => undefined);
    await rest(FIRST_MS);
    while (!signal.aborted) {
      try {
        await this.look(signal);
      } catch (error) {
        if (!signal.aborted) logger.warn('the sums of the ledger could not be checked', { error });
      }
      await rest(EVERY_MS);
    }
  }

  /** Whether the rollup was what its entries add up to; if not, it is by now. Rejects as a commit does, or with the signal's reason. */
  async look(signal: AbortSignal): Promise<boolean> {
    const { logger, committer } = this.#deps;
    if (await this.#agrees(signal)) return true;
    logger.error('the sums of the ledger are not what its entries add up to; they are made anew from the entries', {});
    await committer.commit(REBUILT_SUMS.map((sql) => ({ sql, params: [] })));
    return false;
  }

  async #agrees(signal: AbortSignal): Promise<boolean> {
    const yielder = new Yielder(this.#deps.clock);
    const marks = this.#sums.marks();
    const added = new Map<string, Cut>();
    for (let first = 1; first <= marks.through; first += STRIDE) {
      const last = Math.min(marks.through, first + STRIDE - 1);
      for (const cut of this.#entries.all({ first, last, settled: marks.settled })) addTo(added, cut);
      await yielder.step();
      signal.throwIfAborted();
    }
    const kept = this.#sums.between(0, END, marks);
    const same = kept.every((cut) => sameAs(added.get(keyOf(cut)), cut));
    return same && kept.length === added.size && this.#quartersOff.get() === undefined;
  }
}

const keyOf = ({ network, unit, kind, state }: Cut) => JSON.stringify([network, unit, kind, state]);

function addTo(all: Map<string, Cut>, cut: Cut): void {
  const held = all.get(keyOf(cut));
  const amountMicro = cut.amountMicro + (held?.amountMicro ?? 0);
  all.set(keyOf(cut), { ...cut, amountMicro, entries: cut.entries + (held?.entries ?? 0) });
}

function sameAs(added: Cut | undefined, { amountMicro, entries }: Cut): boolean {
  return added?.amountMicro === amountMicro && added.entries === entries;
}
