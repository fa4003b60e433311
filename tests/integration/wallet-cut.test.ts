// The log of the database cut at any point, as when the computer loses power: what was answered to the user is there, whole, and with
// the mint the rest is found again. And that no second process gets at the same words.
import { cpSync, mkdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { faultsInBooks, practiceMint, testWallet, tokenOf } from '../support/wallet.ts';
import { openFolder, type WalletFolder } from '../support/wallet-folder.ts';
import { allSettled, settled } from '../support/wallet-scenarios.ts';

const CUTS = process.env.HEARTH_SOAK === '1' ? 400 : 24;
/** Of so many one goes on with its mint. */
const GOES_ON = 8;

const held = ({ wallet }: Pick<WalletFolder, 'wallet'>) =>
  wallet.holdings().reduce((sum, { unspent, reserved, sent }) => sum + unspent + reserved + sent, 0);

describe('the database of a wallet whose log is cut', () => {
  it('opens with all that was answered, books and proofs alike, and finds the rest at the mint', async () => {
    const folder = temporaryFolder();
    const mint = await practiceMint({ feePpk: 100, paysItself: true });
    const own = await openFolder(folder);
    await own.wallet.make();
    await own.wallet.trust(mint.url);
    const log = join(folder, 'hearth.db-wal');
    /** Each with how long the log was when it was answered. */
    const answered: { readonly id: number; readonly length: number }[] = [];
    const note = async (work: Promise<{ readonly id: number }>) => {
      const { id } = await work;
      expect(await settled(own.wallet, id)).toMatchObject({ state: 'done' });
      answered.push({ id, length: statSync(log).size });
    };
    const begin = statSync(log).size;
    await note(own.wallet.deposit(300, mint.url));
    await note(own.wallet.receive(await tokenOf(mint, 77)));
    await note(own.wallet.send(30));
    const offer = await own.wallet.offer(mint.lightning.invoice(20_000, '').text);
    await note(own.wallet.pay(offer.id));
    mint.vault.rotate(100);
    await note(own.wallet.rotate(mint.url).then((operation) => operation!));
    const end = statSync(log).size;
    const copy = temporaryFolder();
    for (const name of ['hearth.db', 'hearth.db-wal', 'keys']) {
      cpSync(join(folder, name), join(copy, name), { recursive: true });
    }
    await own.close();
    expect(answered.map(({ length }) => length)).toEqual(
      answered.map(({ length }) => length).toSorted((a, b) => a - b),
    );

    const cuts = [
      ...Array.from({ length: CUTS }, (_, n) => begin + Math.floor(((end - begin) * n) / CUTS)),
      ...answered.map(({ length }) => length),
    ];
    for (const [n, cut] of cuts.entries()) {
      const dataDir = join(temporaryFolder(), 'cut');
      mkdirSync(dataDir);
      cpSync(copy, dataDir, { recursive: true });
      truncateSync(join(dataDir, 'hearth.db-wal'), cut);
      const again = await openFolder(dataDir);
      const where = `cut at ${cut} of ${end}`;
      expect(again.read.pragma('integrity_check', { simple: true }), where).toBe('ok');
      expect(faultsInBooks(again), where).toEqual([]);
      for (const { id } of answered.filter(({ length }) => length <= cut)) {
        expect(again.wallet.operation(id), where).toMatchObject({ state: 'done' });
      }
      if (n % GOES_ON === 0) {
        await allSettled(again.wallet, mint.url);
        await again.wallet.restore(mint.url);
        const words = await testWallet({ words: again.wallet.words() });
        await words.wallet.trust(mint.url);
        await words.wallet.restore(mint.url);
        expect(held(again), where).toBe(held(words));
        expect(faultsInBooks(again), where).toEqual([]);
      }
      await again.close();
    }
  }, 240_000);
});

describe('the words of a wallet', () => {
  it('serve one process at a time: a second one on the folder is turned away', async () => {
    const folder = temporaryFolder();
    const own = await openFolder(folder);
    await own.wallet.make();
    await expect(openFolder(folder)).rejects.toMatchObject({ code: 'storage.locked' });
    await own.close();
    const again = await openFolder(folder);
    onTestFinished(() => again.close());
    expect(again.wallet.exists).toBe(true);
  });
});
