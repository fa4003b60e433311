// A wallet on a real data folder: its database with the writer's thread, its words sealed.
import type { Database } from 'better-sqlite3';
import { systemClock } from '../../src-main/base/clock.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { openState } from '../../src-main/engine/open-state.ts';
import { Ledger } from '../../src-main/payments/ledger.ts';
import { vaultOf } from '../../src-main/secrets/vault.ts';
import { WalletStore } from '../../src-main/wallet/store.ts';
import { Wallet } from '../../src-main/wallet/wallet.ts';
import { HERE } from './wallet.ts';

export interface WalletFolder {
  readonly wallet: Wallet;
  readonly read: Database;
  readonly store: WalletStore;
  close(): Promise<void>;
}

/** Not started, and without words where the folder has none. */
export async function openFolder(dataDir: string): Promise<WalletFolder> {
  const own = { clock: systemClock, random: systemRandom };
  const state = await openState(own, { dataDir, logLevel: 'warn' });
  const { committer, read } = state.database;
  const vault = vaultOf(state.secrets, 'wallet');
  const deps = { ...own, logger: state.logger, committer, read, ledger: new Ledger(read), vault, blinding: HERE };
  const wallet = new Wallet(deps);
  return {
    wallet,
    read,
    store: new WalletStore(read),
    async close() {
      await wallet.stop();
      await state.close();
    },
  };
}
