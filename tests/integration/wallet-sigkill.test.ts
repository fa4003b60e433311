// Killed at every step, by SIGKILL and from a process and data folder of its own: against the practice mint, and against Nutshell and
// cdk-mintd where they are installed. All points in `npm run soak`, a few of each kind otherwise.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { realMints } from '../support/real-mints.ts';
import { practiceMint, spendable, testWallet } from '../support/wallet.ts';
import { type Given, type ScenarioName, scenarios, settled, TOKEN_AMOUNT } from '../support/wallet-scenarios.ts';
import type { ChildReport, ChildTask } from './wallet-child.ts';

const SOAK = process.env.HEARTH_SOAK === '1';
/** In the short form one point of three kinds, where the mint has answered or is about to: all points are in wallet-kill.test.ts, too. */
const FIRST_POINT = SOAK ? 1 : 4;
const MOST_POINTS = SOAK ? 60 : FIRST_POINT;
const CHILD = join(import.meta.dirname, 'wallet-child.ts');

interface MintUnderTest {
  readonly url: string;
  invoice(): string | Promise<string>;
  rotate(): void;
}

/** The words of a child, one line each; `go`: what it waits for once it has said that it is ready. */
async function child(task: ChildTask, go: () => void = () => undefined): Promise<Record<string, unknown>[]> {
  const one = spawn(process.execPath, [CHILD], { stdio: ['pipe', 'pipe', 'inherit'] });
  one.stdin.on('error', () => undefined);
  one.stdin.write(`${JSON.stringify(task)}\n`);
  const said: Record<string, unknown>[] = [];
  const ended = once(one, 'close');
  for await (const line of createInterface({ input: one.stdout })) {
    const word = JSON.parse(line) as Record<string, unknown>;
    said.push(word);
    if (word.ready === true) {
      go();
      one.stdin.write('go\n');
    }
  }
  await ended;
  return said;
}

/** Killed at one point and gone on with; answers what it was killed at, or undefined where it came to its end before. */
async function killedAt(mint: MintUnderTest, scenario: ScenarioName, killAt: number): Promise<string | undefined> {
  const dataDir = mkdtempSync(join(tmpdir(), 'hearth-kill-'));
  try {
    const given = await comingFrom(mint);
    const task = { ...given, dataDir, scenario, killAt };
    const said = await child(task, () => scenario === 'rotate' && mint.rotate());
    const killed = said.find((word) => 'killed' in word)?.killed as string | undefined;
    if (killed === undefined) {
      expect(said.at(-1), scenario).toMatchObject({ pending: 0, difference: 0 });
      return undefined;
    }
    const where = `${scenario} at ${killAt}: ${killed}`;
    const report = (await child({ ...task, killAt: null })).at(-1) as unknown as ChildReport;
    expect(report, where).toMatchObject({ pending: 0, difference: 0 });
    const words = await testWallet({ words: report.words });
    await words.wallet.trust(mint.url);
    await words.wallet.restore(mint.url);
    expect(spendable(words), where).toBe(report.unspent + report.sent);
    return killed;
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function comingFrom(mint: MintUnderTest): Promise<Given> {
  const payer = await testWallet();
  await payer.wallet.trust(mint.url);
  const deposit = await payer.wallet.deposit(TOKEN_AMOUNT * 2, mint.url);
  await settled(payer.wallet, deposit.id);
  const sent = await payer.wallet.send(TOKEN_AMOUNT);
  return {
    mint: mint.url,
    token: payer.wallet.tokenOf(sent.id)!,
    invoice: await mint.invoice(),
    words: payer.wallet.words(),
  };
}

async function everyPoint(mint: MintUnderTest, scenario: ScenarioName, at: string): Promise<void> {
  const table: string[] = [];
  for (let point = FIRST_POINT; point <= MOST_POINTS; point++) {
    const killed = await killedAt(mint, scenario, point);
    if (killed === undefined) break;
    table.push(`${String(point).padStart(2)}  ${killed}`);
  }
  console.log(`SIGKILL in ${scenario} at ${at}, ${table.length} points\n${table.join('\n')}`);
  expect(table.length).toBeGreaterThan(0);
  if (SOAK) expect(table.length, 'points were left out').toBeLessThan(MOST_POINTS);
}

const names = SOAK ? (Object.keys(scenarios) as ScenarioName[]) : (['receive', 'pay', 'restore'] as const);

describe('a process that is killed, with the practice mint', () => {
  it.each(names)(
    'at steps of %s',
    async (scenario) => {
      const mint = await practiceMint({ feePpk: 400, paysItself: true });
      await everyPoint(
        {
          url: mint.url,
          invoice: () => mint.lightning.invoice(20_000, '').text,
          rotate: () => void mint.vault.rotate(400),
        },
        scenario,
        'the practice mint',
      );
    },
    SOAK ? 3_600_000 : 600_000,
  );
});

describe.each(realMints)('a process that is killed, with $name', (mint) => {
  const { missing } = mint;
  /** Another one each time: cdk-mintd makes a new keyset only for a new fee. */
  let feePpk = 1000;
  const rotate = () => {
    feePpk += 50;
    mint.rotate(feePpk);
  };
  beforeAll(() => (missing === undefined ? mint.start() : undefined));
  afterAll(() => (missing === undefined ? mint.stop() : undefined));

  it.for(names)('at steps of %s', { timeout: SOAK ? 3_600_000 : 900_000 }, async (scenario, { skip }) => {
    skip(missing !== undefined, missing);
    await everyPoint({ url: mint.url, invoice: () => mint.invoice(20), rotate }, scenario, mint.name);
  });
});
