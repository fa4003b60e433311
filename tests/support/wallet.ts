// A wallet of the tests: real tables in memory, a vault that keeps its values in the open, practice mints with faults by script.
import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { type Clock, systemClock } from '../../src-main/base/clock.ts';
import { silentLogger } from '../../src-main/base/logger.ts';
import { type Random, systemRandom } from '../../src-main/base/random.ts';
import { Ledger, ledgerMigrations } from '../../src-main/payments/ledger.ts';
import { type PracticeMint, type PracticeMintOptions, startMint } from '../../src-main/practice/mint/mint.ts';
import type { Vault } from '../../src-main/secrets/vault.ts';
import type { Committer, Migration, Write } from '../../src-main/storage/write.ts';
import type { Blinding } from '../../src-main/wallet/blinding/blinding.ts';
import { JobRunner } from '../../src-main/wallet/blinding/job-runner.ts';
import type { AnswerOf, BlindingJob } from '../../src-main/wallet/blinding/jobs.ts';
import { addedUp, holdings } from '../../src-main/wallet/check.ts';
import type { Http } from '../../src-main/wallet/mint/http.ts';
import type { PayoutSetting } from '../../src-main/wallet/payouts.ts';
import { walletMigrations } from '../../src-main/wallet/schema.ts';
import { WalletStore } from '../../src-main/wallet/store.ts';
import { Wallet } from '../../src-main/wallet/wallet.ts';
import { workMigrations } from '../../src-main/work/store.ts';

/** Without the thread, which takes longer to start than most tests take. */
export const HERE: Pick<Blinding, 'do' | 'stop'> = { do: async (job) => onceOf(job), stop: async () => undefined };

const jobs = new JobRunner();
const answers = new Map<string, unknown>();
/** So many are kept: of a test whose words and mint are those of the one before, all. */
const MOST_ANSWERS = 2000;

/**
 * The same job has the same answer. A search makes the first 400 outputs of a seed at each mint, which takes longer than all else of a
 * test; where it begins with the words and the mint of the test before, they are made once.
 */
function onceOf<J extends BlindingJob>(job: J): AnswerOf<J> {
  if (job.kind === 'claims') return jobs.run(job);
  const name = JSON.stringify({ ...job, seed: Buffer.from(job.seed).toString('hex') });
  const answer = answers.get(name) ?? jobs.run(job);
  if (answers.size >= MOST_ANSWERS) answers.clear();
  answers.set(name, answer);
  return answer as AnswerOf<J>;
}

const migrations: readonly Migration[] = [...workMigrations, ...ledgerMigrations, ...walletMigrations];

export interface TestWallet {
  readonly wallet: Wallet;
  readonly db: Database.Database;
  readonly store: WalletStore;
  readonly committer: Committer;
  readonly vault: Vault & { readonly values: ReadonlyMap<string, string> };
}

export function walletDatabase(): Database.Database {
  const db = new Database(':memory:');
  for (const { sql } of migrations) db.exec(sql);
  db.pragma('foreign_keys = ON');
  onTestFinished(() => void db.close());
  return db;
}

interface Life {
  readonly db: Database.Database;
  /** What its vault keeps. */
  readonly values?: Map<string, string>;
  readonly http?: Http;
  readonly clock?: Clock;
  /** What words it makes, among others: seeded, they are the same again. */
  readonly random?: Random;
  readonly payout?: PayoutSetting;
  readonly blinding?: Pick<Blinding, 'do' | 'stop'>;
  /** Puts something between the wallet and its database. */
  readonly wrap?: (committer: Committer) => Committer;
}

/** A wallet on what there is of it; not started. */
export function openWallet({
  db,
  values = new Map(),
  http,
  clock = systemClock,
  random = systemRandom,
  payout,
  blinding = HERE,
  wrap = (committer) => committer,
}: Life): TestWallet {
  const committer = wrap(committerOf(db));
  const put: Vault['put'] = async (changes, writes = []) => {
    await committer.commit([
      ...writes,
      // A value of the vault is in the commit: the map stands for the table.
      {
        sql: 'SELECT 1',
        params: [],
        committed: () => {
          for (const [name, value] of Object.entries(changes)) {
            if (value === null) values.delete(name);
            else values.set(name, value);
          }
        },
      },
    ]);
  };
  const vault = { values, get: (name: string) => values.get(name), put, change: () => Promise.reject(new Error('no')) };
  const own = { clock, random, logger: silentLogger, committer, read: db, vault, blinding };
  const wallet = new Wallet({ ...own, ledger: new Ledger(db), ...(http && { http }), ...(payout && { payout }) });
  return { wallet, db, store: new WalletStore(db), committer, vault };
}

/** One that was just made. `words`: those of another wallet that is to be found again. */
export async function testWallet({
  words,
  http,
  random,
}: {
  readonly words?: string;
  readonly http?: Http;
  readonly random?: Random;
} = {}): Promise<TestWallet> {
  const own = openWallet({ db: walletDatabase(), ...(http && { http }), ...(random && { random }) });
  onTestFinished(() => own.wallet.stop());
  await own.wallet.make(words);
  return own;
}

export function committerOf(db: Database.Database): Committer {
  return {
    commit: async (writes: readonly Write[]) => {
      db.transaction(() => {
        for (const { sql, params, expect: wanted } of writes) {
          const statement = db.prepare(sql);
          if (statement.reader) continue;
          const { changes } = statement.run(...params);
          if (wanted !== undefined && changes !== wanted) throw new Error(`${changes} rows changed by ${sql}`);
        }
      })();
      for (const { committed } of writes) committed?.();
    },
  };
}

/** `random`: seeded, its keys are the same again. */
export async function practiceMint({
  random = systemRandom,
  ...options
}: PracticeMintOptions & { readonly random?: Random } = {}): Promise<PracticeMint> {
  const mint = await startMint({ clock: systemClock, random }, { dleq: false, height: 16, ...options });
  onTestFinished(() => mint.stop());
  return mint;
}

/** Money that comes in by an invoice of the mint. */
export async function fund({ wallet }: TestWallet, mint: PracticeMint, amount: number): Promise<void> {
  if (!wallet.mints().some(({ url }) => url === mint.url)) await wallet.trust(mint.url);
  const { id, plan } = await wallet.deposit(amount, mint.url);
  if (plan.kind !== 'deposit') throw new TypeError('no deposit');
  mint.lightning.settle(plan.invoice);
  const { state } = await wallet.retry(id);
  if (state !== 'done') throw new Error('the deposit did not come in');
}

/** A token of somebody else's, whole and not redeemed. */
export async function tokenOf(mint: PracticeMint, amount: number): Promise<string> {
  const payer = await testWallet();
  await fund(payer, mint, amount + 50);
  const sent = await payer.wallet.send(amount);
  const token = payer.wallet.tokenOf(sent.id);
  if (token === undefined) throw new Error('no token was made');
  return token;
}

/** What the wallet can spend at all its mints, in sat. */
export const spendable = ({ wallet }: TestWallet): number =>
  wallet.holdings().reduce((sum, { unspent }) => sum + unspent, 0);

/** What must always be true of books and proofs, by the rollups and row by row. */
export function faultsInBooks({ store }: Pick<TestWallet, 'store'>): string[] {
  const faults: string[] = [];
  const [kept, counted] = [holdings(store), addedUp(store)];
  if (JSON.stringify(sorted(kept)) !== JSON.stringify(sorted(counted)))
    faults.push('the rollups say something else than the rows');
  for (const { mint, unit, differenceMicro } of kept) {
    if (differenceMicro !== 0) faults.push(`${differenceMicro} millionths of ${unit} are missing at mint ${mint}`);
  }
  return faults;
}

const sorted = <T extends { readonly mint: number; readonly unit: string }>(rows: readonly T[]) =>
  rows.toSorted((a, b) => a.mint - b.mint || a.unit.localeCompare(b.unit));
