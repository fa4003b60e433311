// Ecash: how long a wallet of 100,000 proofs and 1,000,000 entries takes for its balance and its page, and what redeeming a token of 64
// proofs takes beside a bare cashu-ts wallet in the same run, without the mint's own time. Run by scripts/bench.mjs.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance as clocks } from 'node:perf_hooks';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { Wallet as CashuWallet, NetworkError } from '@cashu/cashu-ts';
import Database from 'better-sqlite3';
import { systemClock } from '../../src-main/base/clock.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { openState } from '../../src-main/engine/open-state.ts';
import { createWalletHandlers } from '../../src-main/engine/wallet.ts';
import { Ledger } from '../../src-main/payments/ledger.ts';
import { vaultOf } from '../../src-main/secrets/vault.ts';
import { holdings } from '../../src-main/wallet/check.ts';
import { OutboundHttp } from '../../src-main/wallet/mint/http.ts';
import { WalletStore } from '../../src-main/wallet/store.ts';
import { Wallet } from '../../src-main/wallet/wallet.ts';
import { fillWallet } from '../support/wallet-filled.ts';
import { type Aim, atMost, judge } from './aims.ts';

const { values: flags } = parseArgs({ options: { short: { type: 'boolean', default: false } } });
const PROOFS = flags.short ? 10_000 : 100_000;
const ENTRIES = flags.short ? 100_000 : 1_000_000;
const TOKENS = flags.short ? 5 : 15;
const TOKEN_PROOFS = 64;
const AIM = { balanceMs: 5, pageMs: 20, ownMs: 30 };

const middle = (all: readonly number[]) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? Number.NaN;
const ms = (value: number) => `${value.toFixed(1)} ms`;
async function taken(times: number, work: () => unknown): Promise<number> {
  const all: number[] = [];
  for (let n = 0; n < times; n++) {
    const began = performance.now();
    await work();
    all.push(performance.now() - began);
  }
  return middle(all);
}

async function open(dataDir: string) {
  const own = { clock: systemClock, random: systemRandom };
  const state = await openState(own, { dataDir, logLevel: 'warn' });
  const { committer, read } = state.database;
  const http = new OutboundHttp();
  let atMint = 0;
  const timed = {
    close: () => http.close(),
    call: async (...call: Parameters<OutboundHttp['call']>) => {
      const began = performance.now();
      const reply = await http.call(...call);
      atMint += performance.now() - began;
      return reply;
    },
  };
  const vault = vaultOf(state.secrets, 'wallet');
  const deps = { ...own, logger: state.logger, committer, read, ledger: new Ledger(read), vault, http: timed };
  const wallet = new Wallet(deps);
  if (!wallet.exists) await wallet.make();
  const close = async () => {
    await wallet.stop();
    await state.close();
  };
  return { wallet, read, close, atMint: () => atMint };
}

/** A wallet that has been busy for years. */
async function large(dataDir: string): Promise<Aim[]> {
  await (await open(dataDir)).close();
  const db = new Database(join(dataDir, 'hearth.db'));
  fillWallet(db, { store: new WalletStore(db), ledger: new Ledger(db), proofs: PROOFS, entries: ENTRIES });
  db.close();
  const { wallet, read, close } = await open(dataDir);
  const store = new WalletStore(read);
  const part = { exists: true, get: async () => wallet };
  const handlers = createWalletHandlers({ wallet: part, backups: { view: () => ({ last: null }) } as never });
  const balance = await taken(50, () => holdings(store));
  const page = await taken(50, async () => {
    await handlers['wallet.get']();
    await handlers['wallet.history']({ limit: 50 });
  });
  process.stdout.write(`${PROOFS} proofs, ${ENTRIES} entries\n`);
  process.stdout.write(`  balance ${ms(balance)} (aim ${AIM.balanceMs}), page ${ms(page)} (aim ${AIM.pageMs})\n`);
  await close();
  return [atMost('balance', balance, AIM.balanceMs, 'ms'), atMost('page', page, AIM.pageMs, 'ms')];
}

/** By turns, so that what else this computer does disturbs both. */
async function receiving(dataDir: string): Promise<Aim[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'wallet-mint.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => String((await lines.next()).value);
  const url = await next();
  const token = async () => {
    child.stdin.write(`${TOKEN_PROOFS}\n`);
    return next();
  };
  const { wallet, close, atMint } = await open(dataDir);
  await wallet.trust(url);
  const bare = new CashuWallet(url, { unit: 'sat', bip39seed: systemRandom.bytes(64) });
  await bare.loadMint();
  const all = {
    ours: [] as number[],
    own: [] as number[],
    held: [] as number[],
    cpu: [] as number[],
    bare: [] as number[],
    bareCpu: [] as number[],
  };
  const cpu = (since: NodeJS.CpuUsage) => {
    const { user, system } = process.cpuUsage(since);
    return (user + system) / 1000;
  };
  for (let n = 0; n <= TOKENS; n++) {
    const [first, second] = [await token(), await token()];
    const [began, mintBefore, loop] = [performance.now(), atMint(), clocks.eventLoopUtilization()];
    const cpuBefore = process.cpuUsage();
    const { state } = await wallet.receive(first);
    const took = performance.now() - began;
    const cpuTook = cpu(cpuBefore);
    const { active } = clocks.eventLoopUtilization(loop);
    if (state !== 'done') throw new Error('a token was not redeemed');
    const [bareBegan, bareCpuBefore] = [performance.now(), process.cpuUsage()];
    try {
      await bare.receive(second, { requireDleq: true });
    } catch (error) {
      // A mint ends connections that were idle for some seconds, which cashu-ts lets pass on a busy computer, and asks only once.
      if (!(error instanceof NetworkError)) throw error;
      continue;
    }
    // The first has the thread start and pages of memory come.
    if (n === 0) continue;
    all.bare.push(performance.now() - bareBegan);
    all.bareCpu.push(cpu(bareCpuBefore));
    all.cpu.push(cpuTook);
    all.ours.push(took);
    all.own.push(took - (atMint() - mintBefore));
    all.held.push(active);
  }
  const [ours, theirs] = [middle(all.ours), middle(all.bare)];
  process.stdout.write(`a token of ${TOKEN_PROOFS} proofs, each with what proves its key, ${TOKENS} times\n`);
  process.stdout.write(`  Hearth ${ms(ours)}, of it ${ms(middle(all.own))} beside the mint (aim ${AIM.ownMs})`);
  process.stdout.write(`, the thread that serves everything else held up for ${ms(middle(all.held))}\n`);
  process.stdout.write(`  cashu-ts alone ${ms(theirs)}; Hearth takes ${(ours / theirs).toFixed(2)} times as long\n`);
  const [cpuOurs, cpuTheirs] = [middle(all.cpu), middle(all.bareCpu)];
  process.stdout.write(`  processor time until it is redeemed: Hearth ${ms(cpuOurs)}, cashu-ts alone ${ms(cpuTheirs)}`);
  process.stdout.write(`; Hearth takes ${(cpuOurs / cpuTheirs).toFixed(2)} times as much\n`);
  await close();
  child.stdin.end();
  await once(child, 'close');
  return [atMost(`a token of ${TOKEN_PROOFS} proofs, beside the mint`, middle(all.own), AIM.ownMs, 'ms')];
}

const folder = mkdtempSync(join(tmpdir(), 'hearth-bench-wallet-'));
try {
  judge([...(await large(join(folder, 'large'))), ...(await receiving(join(folder, 'small')))]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
