// A wallet with a history: any number of proofs and entries, written as the wallet writes them.
import type { Database } from 'better-sqlite3';
import type { Ledger } from '../../src-main/payments/ledger.ts';
import type { Write } from '../../src-main/storage/write.ts';
import type { WalletStore } from '../../src-main/wallet/store.ts';

const KEYSET = '00ad268c4d1f5826';
const AT = 1_780_000_000_000;
const MICRO = 1_000_000;

/** Entries: as many movements of one operation each; the last of them is as large as makes the books right. */
export function fillWallet(
  db: Database,
  {
    store,
    ledger,
    proofs,
    entries,
  }: {
    readonly store: WalletStore;
    readonly ledger: Pick<Ledger, 'book'>;
    readonly proofs: number;
    readonly entries: number;
  },
): void {
  const mint = { id: 1, url: 'https://mint.example.com', trusted: true, restores: true, name: null };
  const keyset = { id: KEYSET, mint: 1, unit: 'sat', active: true, feePpk: 100, finalExpiry: null, keys: {} };
  const statements = new Map<string, ReturnType<Database['prepare']>>();
  const write = ({ sql, params }: Write) => {
    const statement = statements.get(sql) ?? db.prepare(sql);
    statements.set(sql, statement);
    statement.run(...params);
  };
  const amountOf = (n: number) => 2 ** (n % 8);
  const held = Array.from({ length: proofs }, (_, n) => amountOf(n)).reduce((sum, amount) => sum + amount, 0);
  db.transaction(() => {
    write(store.putMint(mint, AT));
    write(store.putKeyset(keyset));
    for (let id = 1; id <= entries; id++) {
      const plan = {
        kind: 'deposit',
        booking: { network: 'wallet', job: null },
        quote: `${id}`,
        invoice: '',
        amount: 1,
      } as const;
      const outputs = { keyset: KEYSET, start: 0, amounts: [] };
      const operation = { id, at: AT + id, kind: 'deposit', mint: 1, unit: 'sat', state: 'open', once: null } as const;
      write(
        store.begin({
          ...operation,
          plan: { ...plan, expiry: null, outputs, renewed: 0 },
          reason: null,
          endedAt: null,
        }),
      );
      const amountMicro = id === entries ? (held - entries + 1) * MICRO : MICRO;
      const entry = { network: 'wallet', unit: 'sat', amountMicro, reference: `wallet/${id}/deposit` };
      write(ledger.book({ ...entry, at: AT + id, kind: 'deposit', job: null, settledAt: AT + id }));
      write(store.move({ ...entry, mint: 1, operation: id }));
      write(store.end(id, 'done', null, AT + id));
    }
    const hex = (n: number) => `02${n.toString(16).padStart(64, '0')}`;
    for (let n = 0; n < proofs; n++) {
      const proof = { keyset: KEYSET, counter: n, amount: amountOf(n), c: hex(n), y: hex(n) };
      write(store.addProof(proof, 'unspent', 1 + (n % entries)));
    }
  })();
}
