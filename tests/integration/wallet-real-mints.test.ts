// What real mints answer, where they are installed: to the same request twice, to what was spent, to keysets that sign nothing more;
// and that their tokens and other people's wallets agree with ours.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Wallet as CashuWallet, getTokenMetadata } from '@cashu/cashu-ts';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { spendable as spendableProof } from '../../src-main/wallet/blinding/cashu.ts';
import { Outputs } from '../../src-main/wallet/blinding/outputs.ts';
import { isSignedBefore, wantsOtherOutputs } from '../../src-main/wallet/mint/answer.ts';
import { mintClient } from '../../src-main/wallet/mint/client.ts';
import { OutboundHttp } from '../../src-main/wallet/mint/http.ts';
import { seedOf } from '../../src-main/wallet/seed.ts';
import { type RealMint, realMint, realMints } from '../support/real-mints.ts';
import { faultsInBooks, spendable, type TestWallet, testWallet } from '../support/wallet.ts';
import { settled } from '../support/wallet-scenarios.ts';

async function funded(mint: RealMint, amount: number): Promise<TestWallet> {
  const own = await testWallet();
  await own.wallet.trust(mint.url);
  const deposit = await settled(own.wallet, (await own.wallet.deposit(amount, mint.url)).id);
  expect(deposit.state).toBe('done');
  return own;
}

function clientOf(mint: RealMint) {
  const http = new OutboundHttp();
  onTestFinished(() => http.close());
  return mintClient(http, { url: mint.url, mayBePrivate: true }, new AbortController().signal);
}

/** A swap of all that a wallet has, as it would ask for it, with outputs from some counter on. */
function swapOf(own: TestWallet, start: number) {
  const seed = seedOf(own.wallet.words());
  const [keyset] = own.store.keysets(1).filter(({ active }) => active);
  const held = own.store.spendable(1, 'sat', 200);
  const fee = Math.ceil(held.reduce((sum, { feePpk }) => sum + feePpk, 0) / 1000);
  const amount = held.reduce((sum, proof) => sum + proof.amount, 0) - fee;
  const amounts = Array.from(amount.toString(2))
    .toReversed()
    .flatMap((bit, n) => (bit === '1' ? [2 ** n] : []));
  const { messages } = new Outputs(seed, { keyset: keyset!.id, start, amounts });
  return { inputs: held.map((proof) => spendableProof(seed, proof)), messages };
}

describe.each(realMints)('$name', (mint) => {
  const { missing } = mint;
  beforeAll(() => (missing === undefined ? mint.start() : undefined));
  afterAll(() => (missing === undefined ? mint.stop() : undefined));

  it('answers the same swap again as it did, or says that its inputs are spent, and never signs twice', async ({
    skip,
  }) => {
    skip(missing !== undefined, missing);
    const client = clientOf(mint);
    const { inputs, messages } = swapOf(await funded(mint, 64), 1000);
    const first = await client.swap(inputs, messages);
    expect(first.is).toBe('ok');
    // NUT-19: a mint that keeps its answers gives the same one.
    const again = await client.swap(inputs, messages);
    if (mint.name === 'cdk-mintd') expect(again).toEqual(first);
    else expect(again).toMatchObject({ is: 'refused', code: 11001 });
    expect(await client.restore(messages)).toMatchObject({
      is: 'ok',
      value: messages.map(({ amount }) => ({ amount })),
    });
    const other = swapOf(await funded(mint, 64), 1000).messages;
    expect(await client.swap(inputs, other)).toMatchObject({ is: 'refused', code: 11001 });
  });

  it('refuses outputs that it has signed, by a code or a sentence that is understood', async ({ skip }) => {
    skip(missing !== undefined, missing);
    const client = clientOf(mint);
    const own = await funded(mint, 64);
    const { inputs, messages } = swapOf(own, 1000);
    expect((await client.swap(inputs, messages)).is).toBe('ok');
    const fresh = swapOf(await funded(mint, 64), 1000);
    const answer = await client.swap(fresh.inputs, messages);
    expect(answer).toMatchObject({ is: 'refused', code: mint.name === 'cdk-mintd' ? 11008 : 11003 });
    expect(answer.is === 'refused' && wantsOtherOutputs(answer) && isSignedBefore(answer)).toBe(true);
  });

  it('that changes its keyset and fee is followed: what is under way is renewed, the old proofs can still be spent', async ({
    skip,
  }) => {
    skip(missing !== undefined, missing);
    const own = await funded(mint, 100);
    mint.rotate(2000);
    const sent = await settled(own.wallet, (await own.wallet.send(20)).id);
    expect(sent).toMatchObject({ state: 'done' });
    await own.wallet.rotate(mint.url);
    expect(own.store.spendable(1, 'sat', 200).every(({ retired }) => !retired)).toBe(true);
    expect(faultsInBooks(own)).toEqual([]);
    expect(await own.wallet.check(mint.url)).toEqual({ lost: 0 });
    const words = await testWallet({ words: own.wallet.words() });
    await words.wallet.trust(mint.url);
    await words.wallet.restore(mint.url);
    expect(spendable(words)).toBe(spendable(own) + 20);
  }, 120_000);

  it('takes tokens of ours in a bare cashu-ts wallet, and gives such as we take', async ({ skip }) => {
    skip(missing !== undefined, missing);
    const own = await funded(mint, 100);
    const other = new CashuWallet(mint.url, { unit: 'sat' });
    await other.loadMint();
    const token = own.wallet.tokenOf((await own.wallet.send(32)).id)!;
    expect(getTokenMetadata(token).amount.toNumber()).toBe(32);
    const received = await other.receive(token);
    const { send } = await other.send(8, received, { includeFees: true });
    const { getEncodedToken } = await import('@cashu/cashu-ts');
    const back = getEncodedToken({ mint: mint.url, unit: 'sat', proofs: send });
    expect(await own.wallet.receive(back)).toMatchObject({ state: 'done' });
    expect(faultsInBooks(own)).toEqual([]);
  });

  it('pays an invoice, with its change', async ({ skip }) => {
    skip(missing !== undefined, missing);
    const own = await funded(mint, 200);
    const offer = await own.wallet.offer(mint.invoice(50));
    const paid = await settled(own.wallet, (await own.wallet.pay(offer.id)).id);
    expect(paid).toMatchObject({ state: 'done', plan: { kind: 'pay', amount: 50 } });
    const { paidFee = -1 } = paid.plan as { readonly paidFee?: number };
    expect(paidFee).toBeLessThanOrEqual(offer.reserve + offer.mintFee);
    expect(spendable(own)).toBe(200 - 50 - paidFee);
    expect(faultsInBooks(own)).toEqual([]);
    expect(await own.wallet.check(mint.url)).toEqual({ lost: 0 });
  });
});

// The wallet that comes with Nutshell: written in Python by other people, with curve and tokens of its own.
describe('the wallet of Nutshell', () => {
  const mint = realMint('Nutshell');
  const cashu = join(process.env.HEARTH_NUTSHELL ?? '', 'venv/bin/cashu');
  const missing = mint.missing ?? (existsSync(cashu) ? undefined : `there is no ${cashu}`);
  const home = mkdtempSync(join(tmpdir(), 'hearth-nutshell-'));
  beforeAll(() => (missing === undefined ? mint.start() : undefined));
  afterAll(() => {
    if (missing === undefined) mint.stop();
    rmSync(home, { recursive: true, force: true });
  });

  function run(...args: string[]): string {
    const env = { ...process.env, HOME: home, CASHU_DIR: home, MINT_URL: mint.url, TOR: 'FALSE' };
    const { status, stdout, stderr } = spawnSync(cashu, ['--host', mint.url, '--yes', ...args], {
      encoding: 'utf8',
      env,
      cwd: home,
    });
    if (status !== 0) throw new Error(`cashu ${args[0]} failed: ${stdout} ${stderr}`);
    return stdout;
  }

  it.for(['cashuA', 'cashuB'])(
    'redeems a token of ours, and makes one of the kind %s that we redeem',
    { timeout: 120_000 },
    async (kind, { skip }) => {
      skip(missing !== undefined, missing);
      const own = await funded(mint, 200);
      const token = own.wallet.tokenOf((await own.wallet.send(64)).id)!;
      expect(run('receive', token)).toMatch(/Received/);
      const made = run('send', '16', ...(kind === 'cashuA' ? ['--legacy'] : []));
      const theirs = /cashu[AB][\w\-+/=]+/.exec(made)?.[0] ?? '';
      expect(theirs.startsWith(kind)).toBe(true);
      const before = spendable(own);
      expect(await own.wallet.receive(theirs)).toMatchObject({ state: 'done' });
      expect(spendable(own)).toBeGreaterThan(before);
      expect(faultsInBooks(own)).toEqual([]);
    },
  );
});
