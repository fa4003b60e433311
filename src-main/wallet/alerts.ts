// What the user of a wallet should know, by what is known anyway: pure. Each says what to do next.

import { reasonFor } from '../../src-i18n/reason.ts';
import type { WalletAlert } from '../../src-preload/contract/wallet.ts';
import { MICRO } from '../base/micro.ts';
import type { Holding } from './check.ts';
import type { MintHealth } from './health.ts';
import type { Keyset, Mint } from './store.ts';
import { satIn } from './units.ts';

/** From when on the proofs of a keyset that ends are swapped for others. */
export const EXPIRES_SOON_MS = 30 * 86_400_000;
/** A mint that restarts is no news. */
const SILENT_MS = 10 * 60_000;

/** How old the last backup may be, by what there is: the first that applies. */
const BACKUP_AGES: readonly (readonly [atLeastSat: number, days: number])[] = [
  [100_000, 7],
  [10_000, 30],
  [1000, 90],
];
const DAY_MS = 86_400_000;

export interface Known {
  readonly now: number;
  readonly mints: readonly (Mint & { readonly health: MintHealth; readonly keysets: readonly Held[] })[];
  readonly holdings: readonly Holding[];
  /** When the words or a backup were last known to be in the user's hands; null: never. */
  readonly safeAt: number | null;
}

/** A keyset and what there is of it that can be spent. */
export interface Held extends Pick<Keyset, 'unit' | 'finalExpiry'> {
  readonly unspent: number;
}

export function alertsOf({ now, mints, holdings, safeAt }: Known): WalletAlert[] {
  const held = holdings.filter(({ unspent, reserved, sent }) => unspent + reserved + sent > 0);
  const holds = (mint: Mint) => held.some((holding) => holding.mint === mint.id);
  const away = mints.flatMap((mint): WalletAlert[] => {
    const { silentSince } = mint.health;
    if (silentSince === null || now - silentSince < SILENT_MS || !(holds(mint) || mint.trusted)) return [];
    const reason = reasonFor('wallet.alert-mint-away', { mint: mint.url });
    return [{ kind: 'mint-away', mint: mint.url, at: silentSince, reason }];
  });
  return [
    ...differences(mints, holdings),
    ...away,
    ...mints.flatMap((mint) => expiring(mint, now)),
    ...backup(now, mints, held, safeAt),
  ];
}

function differences(mints: Known['mints'], holdings: readonly Holding[]): WalletAlert[] {
  return holdings
    .filter(({ differenceMicro }) => differenceMicro !== 0)
    .map(({ mint: id, unit, differenceMicro }) => {
      const mint = mints.find((one) => one.id === id)?.url ?? '';
      const code = differenceMicro > 0 ? 'wallet.alert-missing' : 'wallet.alert-too-much';
      const reason = reasonFor(code, { mint, amount: Math.abs(differenceMicro) / MICRO, unit });
      return { kind: 'difference', mint, at: null, reason };
    });
}

function expiring({ url, keysets }: Known['mints'][number], now: number): WalletAlert[] {
  return keysets
    .filter(
      ({ unspent, finalExpiry }) => unspent > 0 && finalExpiry !== null && finalExpiry * 1000 < now + EXPIRES_SOON_MS,
    )
    .map(({ unit, unspent, finalExpiry }) => {
      const at = finalExpiry! * 1000;
      const code = at < now ? 'wallet.alert-keyset-expired' : 'wallet.alert-keyset-expires';
      return { kind: 'keyset-expires', mint: url, at, reason: reasonFor(code, { mint: url, amount: unspent, unit }) };
    });
}

function backup(now: number, mints: Known['mints'], held: readonly Holding[], safeAt: number | null): WalletAlert[] {
  const sat = Math.floor(held.reduce((sum, { unit, unspent, reserved }) => sum + satIn(unit, unspent + reserved), 0));
  if (sat === 0) return [];
  const alert = (at: number | null, reason: WalletAlert['reason']): WalletAlert[] => [
    { kind: 'backup', mint: null, at, reason },
  ];
  if (safeAt === null) return alert(null, reasonFor('wallet.alert-no-backup', { amount: sat }));
  // Neither words nor an older file say where it is.
  const unknown = mints.find(({ id, at }) => at > safeAt && held.some(({ mint }) => mint === id));
  if (unknown) return alert(safeAt, reasonFor('wallet.alert-mint-since-backup', { mint: unknown.url }));
  const days = BACKUP_AGES.find(([least]) => sat >= least)?.[1];
  if (days === undefined || now - safeAt <= days * DAY_MS) return [];
  return alert(
    safeAt,
    reasonFor('wallet.alert-backup-old', { amount: sat, days: Math.floor((now - safeAt) / DAY_MS) }),
  );
}
