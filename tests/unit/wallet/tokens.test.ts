// Tokens that can't become ours are refused before any mint hears of them.
import { randomBytes } from 'node:crypto';
import { Amount, createP2PKsecret, getEncodedToken, getPubKeyFromPrivKey, OutputData } from '@cashu/cashu-ts';
import { describe, expect, it } from 'vitest';
import { open, summarise } from '../../../src-main/wallet/token.ts';
import { faultsInBooks, practiceMint, spendable, testWallet, tokenOf } from '../../support/wallet.ts';
import { lockedToken } from '../../support/wallet-locked.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('a token', () => {
  it('that is locked to our key is taken, and to another is refused before its mint is asked', async () => {
    const mint = await practiceMint();
    const own = await testWallet();
    await own.wallet.trust(mint.url);
    const key = randomBytes(32);
    const token = lockedToken(mint, [hex(getPubKeyFromPrivKey(key))]);
    const asked = mint.asked.length;
    const refused = { code: 'wallet.token-locked' };
    await expect(own.wallet.receive(token)).rejects.toMatchObject(refused);
    await expect(own.wallet.receive(token, { lockKey: hex(randomBytes(32)) })).rejects.toMatchObject(refused);
    expect(mint.asked.slice(asked)).toEqual([]);
    expect(await own.wallet.receive(token, { lockKey: hex(key) })).toMatchObject({ state: 'done' });
    expect(spendable(own)).toBe(12);
    expect(faultsInBooks(own)).toEqual([]);
  });

  it('that is locked to the key of the wallet is taken, also by the same words elsewhere', async () => {
    const mint = await practiceMint();
    const own = await testWallet();
    const token = lockedToken(mint, [own.wallet.lockKey()]);
    const other = await testWallet();
    await other.wallet.trust(mint.url);
    await expect(other.wallet.receive(token)).rejects.toMatchObject({ code: 'wallet.token-locked' });
    const same = await testWallet({ words: own.wallet.words() });
    expect(same.wallet.lockKey()).toBe(own.wallet.lockKey());
    await same.wallet.trust(mint.url);
    expect(await same.wallet.receive(token)).toMatchObject({ state: 'done' });
    expect(spendable(same)).toBe(12);
  });

  it('that is locked to the key of a network is taken for it, as is one that is locked to the wallet', async () => {
    const mint = await practiceMint();
    const own = await testWallet();
    await own.wallet.trust(mint.url);
    const key = randomBytes(32);
    const network = own.wallet.open('parcel', { lockKey: () => hex(key), received: () => [] });
    for (const [job, locked] of [hex(getPubKeyFromPrivKey(key)), own.wallet.lockKey()].entries()) {
      const token = lockedToken(mint, [locked]);
      expect(await network.weigh(token)).toMatchObject({ amountMsat: 12_000, state: 'unspent' });
      expect(await network.receive(token, { job, leastMsat: 12_000 })).toMatchObject({ state: 'done', msat: 12_000 });
    }
    const other = lockedToken(mint, [hex(getPubKeyFromPrivKey(randomBytes(32)))]);
    mint.asked.length = 0;
    await expect(network.weigh(other)).rejects.toMatchObject({ code: 'wallet.token-locked' });
    expect(mint.asked).toEqual([]);
    expect(spendable(own)).toBe(24);
    expect(faultsInBooks(own)).toEqual([]);
  });

  it('whose lock our keys alone do not open is refused before its mint is asked, and one whose lock has ended is not', async () => {
    const mint = await practiceMint();
    const own = await testWallet();
    await own.wallet.trust(mint.url);
    const other = hex(getPubKeyFromPrivKey(randomBytes(32)));
    const both = lockedToken(mint, [own.wallet.lockKey(), other], { requiredSignatures: 2 });
    const whole = lockedToken(mint, [own.wallet.lockKey()], { sigFlag: 'SIG_ALL' });
    mint.asked.length = 0;
    for (const token of [both, whole]) {
      await expect(own.wallet.receive(token)).rejects.toMatchObject({ code: 'wallet.token-locked' });
    }
    expect(mint.asked).toEqual([]);
    expect(await own.wallet.receive(lockedToken(mint, [other], { locktime: 1 }))).toMatchObject({ state: 'done' });
    expect(spendable(own)).toBe(12);
  });

  it('whose proof of the key does not hold is refused before its mint is asked', async () => {
    const mint = await practiceMint({ dleq: true, height: 8 });
    const own = await testWallet();
    await own.wallet.trust(mint.url);
    const keyset = mint.vault.keysets[0]!;
    const keys = { id: keyset.pair.keysetId, keys: { ...mint.vault.publicKeys(keyset) } };
    const data = OutputData.createSingleRandomData(2, keys.id);
    const message = { amount: 2, id: keys.id, B_: data.blindedMessage.B_ };
    const [signature] = mint.vault.sign([message]);
    const proof = data.toProof({ ...signature!, amount: Amount.from(2) }, keys);
    const forged = { ...proof, dleq: { ...proof.dleq!, s: proof.dleq!.e } };
    const token = (one: typeof proof) => getEncodedToken({ mint: mint.url, unit: 'sat', proofs: [one] });
    const asked = mint.asked.length;
    await expect(own.wallet.receive(token(forged))).rejects.toMatchObject({ code: 'wallet.token' });
    expect(mint.asked.slice(asked)).toEqual([]);
    expect(await own.wallet.receive(token(proof))).toMatchObject({ state: 'done' });
  });

  it('of a mint that its user does not trust is refused, whatever it says of itself', async () => {
    const mint = await practiceMint();
    const own = await testWallet();
    const token = await tokenOf(mint, 10);
    await expect(own.wallet.receive(token)).rejects.toMatchObject({ code: 'wallet.mint-unknown' });
    await own.wallet.trust(mint.url);
    await own.wallet.distrust(mint.url);
    await expect(own.wallet.receive(token)).rejects.toMatchObject({ code: 'wallet.mint-unknown' });
  });

  it('of another unit, and one that the fee takes whole, are refused', async () => {
    const mint = await practiceMint({ feePpk: 9000 });
    const own = await testWallet();
    await own.wallet.trust(mint.url);
    const proof = {
      id: mint.vault.keysets[0]!.pair.keysetId,
      amount: Amount.from(8),
      secret: 's',
      C: `02${'a'.repeat(64)}`,
    };
    const token = (unit: string) => getEncodedToken({ mint: mint.url, unit, proofs: [proof] });
    await expect(own.wallet.receive(token('usd'))).rejects.toMatchObject({ code: 'wallet.unit' });
    await expect(own.wallet.receive(token('sat'))).rejects.toMatchObject({ code: 'wallet.too-little' });
  });

  it('with a condition that is no lock to a key is refused', () => {
    const proof = (secret: string) => ({
      id: '00ad268c4d1f5826',
      amount: Amount.from(1),
      secret,
      C: `02${'a'.repeat(64)}`,
    });
    const conditions = [
      '["HTLC",{"nonce":"00","data":"00","tags":[]}]',
      '["P2PK",{"nonce":',
      createP2PKsecret(hex(getPubKeyFromPrivKey(randomBytes(32)))),
    ];
    for (const secret of conditions) {
      const token = getEncodedToken({ mint: 'https://mint.example.com', unit: 'sat', proofs: [proof(secret)] });
      expect(summarise(token).amount).toBe(1);
      expect(() => open(token, ['00ad268c4d1f5826'], [hex(randomBytes(32))])).toThrow(
        expect.objectContaining({ code: 'wallet.token-locked' }),
      );
    }
  });
});
