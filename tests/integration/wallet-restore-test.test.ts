// The restore test and the words that are asked back: what they prove, and that the running wallet is not touched by it.
import { describe, expect, it, onTestFinished } from 'vitest';
import { fund, openWallet, practiceMint, spendable, testWallet, tokenOf } from '../support/wallet.ts';

describe('the restore test', () => {
  it('finds with the words alone all that the wallet has, and touches nothing of it', async () => {
    const mint = await practiceMint({ feePpk: 100 });
    const own = await testWallet();
    await fund(own, mint, 200);
    await own.wallet.receive(await tokenOf(mint, 50));
    await own.wallet.send(30);
    const before = own.db.serialize().toString('base64');
    const held = spendable(own);
    mint.asked.length = 0;
    expect(await own.wallet.restoreTest()).toMatchObject({
      ok: true,
      mints: [
        { mint: mint.url, unit: 'sat', state: 'ok', found: held, held, reason: { code: 'wallet.restore-test-same' } },
      ],
    });
    expect(own.db.serialize().toString('base64') === before).toBe(true);
    expect(mint.asked.filter((path) => /swap|mint\/|melt/.test(path))).toEqual([]);
  });

  it('goes on past money that is under way', async () => {
    const mint = await practiceMint();
    const own = await testWallet();
    await fund(own, mint, 200);
    mint.faults.next('swap', { do: 'drop-after' });
    mint.faults.next('restore', { do: 'drop' });
    mint.faults.next('restore', { do: 'drop' });
    expect(await own.wallet.send(30)).toMatchObject({ state: 'open' });
    expect(await own.wallet.restoreTest()).toMatchObject({ ok: true });
  });

  it('fails where the mint can not restore, and where it is away', async () => {
    const mint = await practiceMint({ restores: false });
    const own = await testWallet();
    await own.wallet.trust(mint.url, { anyway: true });
    await fund(own, mint, 60);
    mint.faults.next('restore', { do: 'refuse', code: 0 });
    expect(await own.wallet.restoreTest()).toMatchObject({
      ok: false,
      mints: [{ state: 'failed', found: 0, held: 60 }],
    });
    mint.faults.away = true;
    expect(await own.wallet.restoreTest()).toMatchObject({
      ok: false,
      mints: [{ state: 'failed', held: 60, reason: { code: 'wallet.mint-unreachable' } }],
    });
  });

  it('names what the mint has forgotten, and what the wallet does not know of', async () => {
    const mint = await practiceMint();
    const own = await testWallet();
    await fund(own, mint, 64);
    own.db.exec('UPDATE wallet_proofs SET counter = counter + 5000');
    expect(await own.wallet.restoreTest()).toMatchObject({
      mints: [{ state: 'failed', reason: { code: 'wallet.restore-test-missing', values: { amount: 64 } } }],
    });
    own.db.exec("UPDATE wallet_proofs SET state = 'spent'");
    expect(await own.wallet.restoreTest()).toMatchObject({
      mints: [{ state: 'failed', reason: { code: 'wallet.restore-test-more', values: { amount: 64 } } }],
    });
  });

  it('with other words says so, and proves the right ones written down', async () => {
    const own = await testWallet();
    const other = await testWallet();
    await expect(own.wallet.restoreTest(other.wallet.words())).rejects.toMatchObject({ code: 'wallet.other-words' });
    await expect(own.wallet.restoreTest('twelve words')).rejects.toMatchObject({ code: 'wallet.words' });
    expect(own.wallet.wordsProvenAt).toBeNull();
    expect(await own.wallet.restoreTest(own.wallet.words())).toMatchObject({ ok: true });
    expect(own.wallet.wordsProvenAt).not.toBeNull();
  });
});

describe('words that are asked back', () => {
  it('end the alert about a backup once they are right, also in the next run', async () => {
    const mint = await practiceMint();
    const own = await testWallet();
    await fund(own, mint, 60);
    expect(own.wallet.alerts(null)).toMatchObject([{ reason: { code: 'wallet.alert-no-backup' } }]);
    const words = own.wallet.words().split(' ');
    const right = () => own.wallet.askWords().map((place) => words[place - 1]!);
    const [, second, third] = right();
    expect(await own.wallet.proveWords(['zoo', second!, third!])).toHaveLength(words[0] === 'zoo' ? 0 : 1);
    expect(own.wallet.wordsProvenAt).toBeNull();
    expect(await own.wallet.proveWords(right())).toEqual([]);
    expect(own.wallet.alerts(null)).toEqual([]);
    const again = openWallet({ db: own.db, values: new Map(own.vault.values) });
    onTestFinished(() => again.wallet.stop());
    expect(again.wallet.wordsProvenAt).toBe(own.wallet.wordsProvenAt);
  });

  it('are proven by who typed them in to make the wallet', async () => {
    const first = await testWallet();
    const second = await testWallet({ words: first.wallet.words() });
    expect(second.wallet.wordsProvenAt).not.toBeNull();
  });
});

describe('what would be lost with a data folder', () => {
  it('is also a token that waits to be redeemed, and what the books say where a mint was not asked yet', async () => {
    const { satHeld } = await import('../../src-main/wallet/held.ts');
    const mint = await practiceMint();
    const own = await testWallet();
    await fund(own, mint, 60);
    const token = await tokenOf(mint, 40);
    expect(satHeld(own.db)).toBe(60);
    mint.faults.away = true;
    expect(await own.wallet.receive(token)).toMatchObject({ state: 'open' });
    expect(satHeld(own.db)).toBe(100);
    own.db.exec('DELETE FROM wallet_proofs; DELETE FROM wallet_proof_sums; UPDATE wallet_mints SET stale = 1');
    expect(satHeld(own.db)).toBe(100);
  });
});
