// A process with a wallet on a real data folder: does one thing and ends itself by SIGKILL before or after the n-th write or request;
// or, started again without such a number, goes on with what was left. What comes from outside is in one line of JSON on its standard
// input, what came of it in one line on its standard output.
import { createInterface } from 'node:readline/promises';
import { systemClock } from '../../src-main/base/clock.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { openState } from '../../src-main/engine/open-state.ts';
import { Ledger } from '../../src-main/payments/ledger.ts';
import { vaultOf } from '../../src-main/secrets/vault.ts';
import { addedUp } from '../../src-main/wallet/check.ts';
import { OutboundHttp } from '../../src-main/wallet/mint/http.ts';
import { WalletStore } from '../../src-main/wallet/store.ts';
import { Wallet } from '../../src-main/wallet/wallet.ts';
import { allSettled, type Given, type ScenarioName, scenarios } from '../support/wallet-scenarios.ts';

export interface ChildTask extends Given {
  readonly dataDir: string;
  readonly scenario: ScenarioName;
  /** null: goes on with what was left. */
  readonly killAt: number | null;
}

export interface ChildReport {
  readonly words: string;
  readonly unspent: number;
  readonly sent: number;
  readonly pending: number;
  /** In millionths, over all mints. */
  readonly difference: number;
  /** Steps that were taken. */
  readonly steps: number;
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const task = JSON.parse(String((await lines.next()).value)) as ChildTask;
const say = (word: unknown) => process.stdout.write(`${JSON.stringify(word)}\n`);
let [counting, steps, polls] = [false, 0, 0];

/** Of an invoice that isn't paid yet: all polls after these are the same step. */
const MOST_POLLS = 4;

/** Written at once: nothing after it is heard any more. */
async function at(point: string): Promise<void> {
  if (!counting) return;
  if (point === 'before request: mint/quote/bolt11') polls += 1;
  if (point.endsWith('request: mint/quote/bolt11') && polls > MOST_POLLS) return;
  steps += 1;
  if (steps !== task.killAt) return;
  await new Promise<void>((done) => void process.stdout.write(`${JSON.stringify({ killed: point })}\n`, () => done()));
  process.kill(process.pid, 'SIGKILL');
}

const own = { clock: systemClock, random: systemRandom };
const state = await openState(own, { dataDir: task.dataDir, logLevel: 'warn' });
const { committer, read } = state.database;
const commit = committer.commit.bind(committer);
committer.commit = async (writes) => {
  const what = writes[0]!.sql.replace(/\s+/g, ' ').slice(0, 40);
  await at(`before write: ${what}`);
  await commit(writes);
  await at(`after write: ${what}`);
};
const real = new OutboundHttp();
const http = {
  close: () => real.close(),
  call: async (...[url, call, signal]: Parameters<OutboundHttp['call']>) => {
    const path = new URL(url).pathname
      .split('/')
      .slice(2, 5)
      .join('/')
      .replace(/[\w-]{16,}/, '…');
    await at(`before request: ${path}`);
    const reply = await real.call(url, call, signal);
    await at(`after request: ${path}`);
    return reply;
  },
};
const vault = vaultOf(state.secrets, 'wallet');
const wallet = new Wallet({ ...own, logger: state.logger, committer, read, ledger: new Ledger(read), vault, http });

if (task.killAt !== null) {
  const scenario = scenarios[task.scenario];
  await scenario.setUp(wallet, task);
  say({ ready: true });
  await lines.next();
  counting = true;
  await scenario.run(wallet, task);
  counting = false;
} else {
  await wallet.start();
  await allSettled(wallet, task.mint);
  if (task.scenario === 'restore') await wallet.restore(task.mint);
}
const held = addedUp(new WalletStore(read));
const sum = (of: (holding: (typeof held)[number]) => number) => held.reduce((all, holding) => all + of(holding), 0);
const report: ChildReport = {
  words: wallet.words(),
  unspent: sum(({ unspent }) => unspent),
  sent: sum(({ sent }) => sent),
  pending: wallet.pending().length,
  difference: sum(({ differenceMicro }) => Math.abs(differenceMicro)),
  steps,
};
say(report);
await wallet.stop();
await state.close();
process.exit(0);
