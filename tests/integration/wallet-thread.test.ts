// Jobs of the curve in their thread: the same answers as here, at once where they are small, and here where the thread fails.
import { pathToFileURL } from 'node:url';
import {
  Amount,
  createBlindSignature,
  createDLEQProof,
  getEncodedToken,
  getPubKeyFromPrivKey,
  OutputData,
  pointFromHex,
} from '@cashu/cashu-ts';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src-main/base/clock.ts';
import { silentLogger } from '../../src-main/base/logger.ts';
import type { PracticeMint } from '../../src-main/practice/mint/mint.ts';
import { Blinding } from '../../src-main/wallet/blinding/blinding.ts';
import { JobRunner } from '../../src-main/wallet/blinding/job-runner.ts';
import { type BlindingJob, costOf } from '../../src-main/wallet/blinding/jobs.ts';
import { until } from '../support/wait.ts';
import { openWallet, practiceMint, spendable, testWallet, walletDatabase } from '../support/wallet.ts';

const seed = new Uint8Array(64).fill(5);
const run = <J extends BlindingJob>(one: J) => new JobRunner().run(one);
const job = (outputs: number): BlindingJob & { kind: 'outputs' } => ({
  kind: 'outputs',
  seed,
  plan: { keyset: '00ad268c4d1f5826', start: 0, amounts: Array.from({ length: outputs }, () => 1) },
});

/** Of a mint with one key for all amounts. */
const secret = new Uint8Array(32).fill(7);
const keys = { 1: keyOf(secret), 4: keyOf(secret) };

function keyOf(bytes: Uint8Array): string {
  return Buffer.from(getPubKeyFromPrivKey(bytes)).toString('hex');
}

function blinding(thread?: URL): Blinding {
  const made = new Blinding({ clock: systemClock, logger: silentLogger }, thread && { thread });
  onTestFinished(() => made.stop());
  return made;
}

describe('jobs of the curve', () => {
  it('have the same answer in the thread as here, several at once', async () => {
    const own = blinding();
    const jobs = [job(40), job(20), job(30)];
    expect(costOf(jobs[0]!)).toBe(40);
    expect(await Promise.all(jobs.map((one) => own.do(one)))).toEqual(jobs.map((one) => run(one)));
  });

  it('are done here where the thread dies, or there is none', async () => {
    for (const file of ['/nowhere/blinding-thread.ts', `${import.meta.dirname}/wallet-child.ts`]) {
      const own = blinding(pathToFileURL(file));
      expect(await own.do(job(30))).toEqual(run(job(30)));
      expect(await own.do(job(31))).toEqual(run(job(31)));
    }
  });

  it('make proofs of outputs that were made just before as of ones that were not, and of blank ones as of others', () => {
    const jobs = new JobRunner();
    for (const amounts of [
      [1, 1, 4],
      [0, 0],
    ]) {
      const plan = { ...job(1).plan, amounts };
      const messages = jobs.run({ kind: 'outputs', seed, plan });
      expect(messages.map(({ amount }) => amount)).toEqual(amounts);
      const signatures = messages.map(({ id, B_, amount }) => {
        const { C_ } = createBlindSignature(pointFromHex(B_), secret, id);
        return { id, amount: amount || 4, C_: C_.toHex(true) };
      });
      const proofs = { kind: 'proofs', seed, plan, signatures, keys, each: false } as const;
      const made = jobs.run(proofs);
      // As cashu-ts makes them.
      const alike = signatures.map((signature, n) =>
        OutputData.createSingleDeterministicData(amounts[n]!, seed, n, signature.id).toProof(
          { ...signature, amount: Amount.from(signature.amount) },
          { id: signature.id, keys },
        ),
      );
      expect(made?.map(({ c }) => c)).toEqual(alike.map(({ C }) => C));
      expect(made).toEqual(run(proofs));
      // Those of another seed are others, whatever was made before.
      const other = { ...proofs, seed: new Uint8Array(64).fill(6) };
      expect(jobs.run(other)).toEqual(run(other));
      expect(jobs.run(other)).not.toEqual(made);
    }
  });

  it('that are under way are done here when the wallet stops', async () => {
    const own = blinding();
    const answer = own.do(job(40));
    await own.stop();
    expect(await answer).toEqual(run(job(40)));
    expect(await own.do(job(30))).toEqual(run(job(30)));
  });
});

/** A token of one-sat proofs of the mint, each of which says that it is of the mint's key; `false`: and it is not so. */
function tokenOfOnes({ url, vault }: PracticeMint, count: number, isTrue: boolean): string {
  const [{ pair }] = vault.keysets as [PracticeMint['vault']['keysets'][number]];
  const keys = vault.publicKeys(vault.keysets[0]!);
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
  const id = pair.keysetId;
  const proofs = Array.from({ length: count }, (_, n) => {
    const data = OutputData.createSingleDeterministicData(1, seed, n, id);
    const B_ = pointFromHex(data.blindedMessage.B_);
    const { e, s } = createDLEQProof(B_, pair.privKeys['1']!);
    const C_ = createBlindSignature(B_, pair.privKeys['1']!, id).C_.toHex(true);
    const signature = { id, amount: Amount.from(1), C_, dleq: { e: hex(e), s: hex(s) } };
    const proof = data.toProof(signature, { id, keys });
    return { ...proof, dleq: { ...proof.dleq!, ...(!isTrue && { s: hex(e) }) } };
  });
  return getEncodedToken({ mint: url, unit: 'sat', proofs }, { removeDleq: false });
}

describe('a token whose proofs say which key has signed them', () => {
  const swaps = (mint: PracticeMint) => mint.asked.filter((path) => path.includes('swap')).length;

  it('is redeemed where that is true', async () => {
    const mint = await practiceMint();
    const own = await testWallet();
    await own.wallet.trust(mint.url);
    expect(await own.wallet.receive(tokenOfOnes(mint, 3, true))).toMatchObject({ state: 'done' });
    expect(spendable(own)).toBe(3);
  });

  it('is refused before the mint hears of it where it is not', async () => {
    const mint = await practiceMint();
    const own = await testWallet();
    await own.wallet.trust(mint.url);
    await expect(own.wallet.receive(tokenOfOnes(mint, 3, false))).rejects.toMatchObject({ code: 'wallet.token' });
    expect(swaps(mint)).toBe(0);
  });

  it('is redeemed without waiting for the check where there are many: it comes after all else, a few at a time', async () => {
    const mint = await practiceMint();
    const jobs: BlindingJob[] = [];
    const checked = Promise.withResolvers<void>();
    const blinding: Pick<Blinding, 'do' | 'stop'> = {
      do: async (one) => {
        jobs.push(one);
        if (one.kind === 'claims') await checked.promise;
        return run(one);
      },
      stop: async () => undefined,
    };
    const own = openWallet({ db: walletDatabase(), blinding });
    onTestFinished(() => own.wallet.stop());
    await own.wallet.make();
    await own.wallet.trust(mint.url);
    expect(await own.wallet.receive(tokenOfOnes(mint, 20, true))).toMatchObject({ state: 'done' });
    expect(spendable(own)).toBe(20);
    checked.resolve();
    await until('all claims', () => jobs.filter(({ kind }) => kind === 'claims').length === 2);
    expect(jobs.map((one) => (one.kind === 'claims' ? one.claims.length : one.kind))).toEqual([
      'outputs',
      'outputs',
      'proofs',
      16,
      4,
    ]);
  });

  it('is left to the mint where there are many, and refused before anything is given for it', async () => {
    const mint = await practiceMint();
    const own = await testWallet();
    await own.wallet.trust(mint.url);
    const network = own.wallet.open('parcel', { received: () => [] });
    const token = tokenOfOnes(mint, 12, false);
    await expect(network.weigh(token)).rejects.toMatchObject({ code: 'wallet.token' });
    expect(await own.wallet.receive(token)).toMatchObject({ state: 'done' });
  });
});
