// What needs the user, the weightiest first: one for each cause, however many feel it. Pure; its test is a table.
import type { BackendView } from '../../../src-preload/contract/backends.ts';
import type { BackupView } from '../../../src-preload/contract/backup.ts';
import type { Reason } from '../../../src-preload/contract/define.ts';
import type { WalletAlert } from '../../../src-preload/contract/wallet.ts';
import type { Cause } from '../../causes.ts';

export type Banner =
  | { readonly cause: Cause }
  /** Nothing gets in from outside. */
  | { readonly unreached: Reason }
  | { readonly warning: Reason }
  | { readonly money: WalletAlert }
  | { readonly errand: Errand };

export type Errand = 'unsaved' | 'unfinished' | 'unproven' | 'outdated';

export interface BannerInputs {
  readonly causes: readonly Cause[];
  readonly backends: readonly Pick<BackendView, 'warnings'>[];
  /** Undefined where there is nothing to back up. */
  readonly backup?: Pick<BackupView, 'needed' | 'last' | 'changedSince'> | undefined;
  /** The first run was left before its end. */
  readonly unfinished?: boolean;
  /** What the wallet has to say. */
  readonly money?: readonly WalletAlert[] | undefined;
  /** What keeps the outside out, if anything. */
  readonly unreached?: Reason | null;
  readonly now: number;
}

/** True, but nothing to be said day after day. */
const KNOWN: ReadonlySet<string> = new Set(['backend-cold', 'fewer-now', 'all-busy', 'only-connects']);
/** More than these are read by no one. */
const MOST = 3;

/**
 * To go on with a setup that was left, and nothing else but what the wallet says, for the rest comes of it. Then money that is missing,
 * what keeps all tasks away, what else the wallet says, what a model server warns of, a backup where there never was one, what keeps some
 * away, a backup that is old or was never tried out; none of these where the wallet asks for one, which is more urgent. What only takes
 * patience is none, nor what the user decided: the state says that already.
 */
export function bannersOf(inputs: BannerInputs): readonly Banner[] {
  const { causes, backends, backup, unfinished = false, money = [], unreached, now } = inputs;
  const of = (weight: Cause['weight']): Banner[] =>
    causes
      .filter((cause) => cause.weight === weight && cause.fix !== undefined && !cause.because && !KNOWN.has(cause.id))
      .map((cause) => (cause.unreached && unreached ? { unreached } : { cause }));
  const saves = backup?.needed && !money.some(({ kind }) => kind === 'backup');
  const unsaved = saves && backup.last === null;
  const errand = saves ? ofBackup(backup, now) : undefined;
  const ofWallet = (isMissing: boolean): Banner[] =>
    money.filter(({ kind }) => (kind === 'difference') === isMissing).map((alert) => ({ money: alert }));
  if (unfinished) return once([...ofWallet(true), { errand: 'unfinished' }, ...ofWallet(false)]);
  const all: Banner[] = [
    ...ofWallet(true),
    ...of('blocks'),
    ...ofWallet(false),
    ...backends.flatMap(({ warnings }) => warnings).map((warning) => ({ warning })),
    ...(unsaved ? [{ errand: 'unsaved' as const }] : []),
    ...of('slows'),
    ...(errand ? [{ errand }] : []),
  ];
  return once(all);
}

function once(banners: readonly Banner[]): readonly Banner[] {
  const seen = new Set<string>();
  return banners.filter((banner) => !seen.has(nameOf(banner)) && seen.add(nameOf(banner))).slice(0, MOST);
}

/** The same for the same cause. */
export function nameOf(banner: Banner): string {
  if ('cause' in banner) return banner.cause.id;
  if ('errand' in banner) return banner.errand;
  if ('money' in banner) return `wallet ${banner.money.kind}`;
  return ('unreached' in banner ? banner.unreached : banner.warning).code;
}

const OLD_MS = 30 * 86_400_000;
/** So much is missing in it that it is worth a new one, however young it is. */
const MANY = { entries: 2000, settings: 10 };

function ofBackup({ last, changedSince }: Pick<BackupView, 'last' | 'changedSince'>, now: number): Errand | undefined {
  if (!last) return undefined;
  const { entries, settings } = changedSince;
  const old = now - last.madeAt > OLD_MS && entries + settings > 0;
  if (old || entries >= MANY.entries || settings >= MANY.settings) return 'outdated';
  return last.provenAt === null ? 'unproven' : undefined;
}
