// What a wallet does while it is killed, the same for both ways to die and for every mint: set up, done, and gone on with afterwards.
import { systemClock } from '../../src-main/base/clock.ts';
import type { Operation } from '../../src-main/wallet/operation.ts';
import type { Wallet } from '../../src-main/wallet/wallet.ts';

/** What comes from outside: a token of somebody else's, an invoice, the words of a wallet that is to be found again. */
export interface Given {
  readonly mint: string;
  readonly token: string;
  readonly invoice: string;
  readonly words: string;
}

interface Scenario {
  setUp(wallet: Wallet, given: Given): Promise<void>;
  run(wallet: Wallet, given: Given): Promise<unknown>;
}

/** At the beginning, in sat. */
export const FUNDS = 100;
export const TOKEN_AMOUNT = 30;

/** With a mint whose invoices are paid at once. */
async function funded(wallet: Wallet, { mint }: Given): Promise<void> {
  await wallet.make();
  await wallet.trust(mint);
  const deposit = await settled(wallet, (await wallet.deposit(FUNDS, mint)).id);
  if (deposit.state !== 'done') throw new Error('the funds did not come in');
}

export const scenarios = {
  receive: { setUp: funded, run: (wallet, { token }) => wallet.receive(token) },
  send: { setUp: funded, run: (wallet) => wallet.send(TOKEN_AMOUNT) },
  pay: {
    setUp: funded,
    run: async (wallet, { invoice }) => wallet.pay((await wallet.offer(invoice)).id),
  },
  deposit: { setUp: funded, run: async (wallet, { mint }) => settled(wallet, (await wallet.deposit(64, mint)).id) },
  restore: {
    setUp: async (wallet, { words, mint }) => {
      await wallet.make(words);
      await wallet.trust(mint);
    },
    run: (wallet, { mint }) => wallet.restore(mint),
  },
  /** Its mint has a new keyset by then. The last: each more that there is would be searched. */
  rotate: { setUp: funded, run: (wallet, { mint }) => wallet.rotate(mint) },
} satisfies Readonly<Record<string, Scenario>>;
export type ScenarioName = keyof typeof scenarios;

const MOST_TRIES = 40;
/** The first tries follow at once: most mints are done by then. Others let a moment pass until an invoice is paid. */
const AT_ONCE = 20;
const PAUSE_MS = 200;

/** Asks for it again until it has ended. */
export async function settled(wallet: Wallet, id: number): Promise<Operation> {
  let operation = wallet.operation(id)!;
  for (let tries = 0; operation.state === 'open' && tries < MOST_TRIES; tries++) {
    if (tries >= AT_ONCE) await systemClock.sleep(PAUSE_MS);
    operation = await wallet.retry(id);
  }
  return operation;
}

/** After a restart: goes on with all that was open, until nothing is. */
export async function allSettled(wallet: Wallet, mint: string): Promise<void> {
  for (const { id, kind } of wallet.pending()) {
    if (kind === 'restore') await wallet.restore(mint);
    else await settled(wallet, id);
  }
}
