// The mints that the user trusts, and what they say of themselves: keysets, fees, whether they can restore. Only the user adds one.

import { getKeysetIdInt } from '@cashu/cashu-ts';
import type { MintFacts } from '../../src-preload/contract/wallet.ts';
import type { Clock } from '../base/clock.ts';
import type { Committer } from '../storage/write.ts';
import { type Keys, keysMakeId } from './blinding/cashu.ts';
import { MINT } from './bounds.ts';
import {
  KeysetOfAnother,
  MintCannotRestore,
  MintMisbehaves,
  MintRefuses,
  MintUnreachable,
  WrongUnit,
} from './errors.ts';
import type { Answer } from './mint/answer.ts';
import type { MintClient } from './mint/client.ts';
import type { ListedKeyset } from './mint/wire.ts';
import type { Keyset, KeysetFacts, Mint, WalletStore } from './store.ts';
import { UNITS } from './units.ts';

/** As long as this the keysets that were seen are thought to stand. A mint that has changed them says so when it is asked. */
const FRESH_MS = 10 * 60_000;

export interface MintsDeps {
  readonly clock: Clock;
  readonly committer: Committer;
  readonly store: WalletStore;
  readonly client: (url: string) => MintClient;
}

export class Mints {
  readonly #deps: MintsDeps;
  /** By number: when its keysets were last read, and what went wrong since. */
  readonly #read = new Map<number, number>();

  constructor(deps: MintsDeps) {
    this.#deps = deps;
  }

  all(): readonly Mint[] {
    return this.#deps.store.mints();
  }

  byUrl(url: string): Mint | undefined {
    return this.all().find((mint) => mint.url === url);
  }

  byId(id: number): Mint {
    return this.all().find((mint) => mint.id === id)!;
  }

  clientOf(mint: Mint): MintClient {
    return this.#deps.client(mint.url);
  }

  /** Asks it who it is; nothing is kept. Throws MintUnreachable, MintRefuses. */
  async describe(url: string): Promise<MintFacts> {
    const client = this.#deps.client(url);
    const { name, description, motd, version, nuts } = expectOk(url, await client.info());
    const keysets = expectOk(url, await client.keysets()).filter(({ unit }) => UNITS.includes(unit));
    return {
      url,
      name: said(name, 80),
      description: said(description, 400),
      motd: said(motd, 200),
      version: said(version, 80),
      restores: nuts['9']?.supported === true,
      keysets: keysets.map(({ unit, active, input_fee_ppk }) => ({ unit, active, feePpk: input_fee_ppk ?? 0 })),
    };
  }

  /** Asks it who it is and takes it in. `anyway`: also where it can't restore. */
  async trust(url: string, { anyway }: { readonly anyway: boolean }): Promise<Mint> {
    const { clock, committer, store, client } = this.#deps;
    const info = expectOk(url, await client(url).info());
    const restores = info.nuts['9']?.supported === true;
    if (!restores && !anyway) throw new MintCannotRestore(url);
    const known = this.byUrl(url);
    const id = known?.id ?? Math.max(0, ...this.all().map((mint) => mint.id)) + 1;
    const name = said(info.name, 80);
    const mint = { id, url, trusted: true, restores, name };
    const keysets = await this.#listed({ ...mint, stale: false, at: clock.now() });
    await committer.commit([store.putMint(mint, clock.now()), ...keysets.map((keyset) => store.putKeyset(keyset))]);
    this.#read.set(id, clock.monotonic());
    return this.byId(id);
  }

  /** Nothing new is taken there; what is held stays and can be paid out. */
  async distrust(mint: Mint): Promise<void> {
    const { clock, committer, store } = this.#deps;
    await committer.commit([store.putMint({ ...mint, trusted: false }, clock.now())]);
  }

  /** Its keysets as they are now. Throws MintUnreachable, MintRefuses, MintMisbehaves. */
  async refresh(mint: Mint): Promise<readonly Keyset[]> {
    const { clock, committer, store } = this.#deps;
    const keysets = await this.#listed(mint);
    const known = new Map(store.keysets(mint.id).map((keyset) => [keyset.id, keyset]));
    const changed = keysets.filter((keyset) => !isSame(keyset, known.get(keyset.id)));
    if (changed.length > 0) await committer.commit(changed.map((keyset) => store.putKeyset(keyset)));
    this.#read.set(mint.id, clock.monotonic());
    return store.keysets(mint.id);
  }

  /** The same, as they were seen a while ago where that is enough. */
  async keysets(mint: Mint): Promise<readonly Keyset[]> {
    const read = this.#read.get(mint.id);
    if (read === undefined || this.#deps.clock.monotonic() - read > FRESH_MS) return this.refresh(mint);
    return this.#deps.store.keysets(mint.id);
  }

  /** The keyset that new proofs are made of: active, the cheapest to spend later, the one that ends last. */
  async active(mint: Mint, unit: string): Promise<Keyset> {
    const now = this.#deps.clock.now() / 1000;
    const [best] = (await this.keysets(mint))
      .filter((keyset) => keyset.active && keyset.unit === unit && (keyset.finalExpiry ?? Infinity) > now)
      .toSorted((a, b) => a.feePpk - b.feePpk || (b.finalExpiry ?? Infinity) - (a.finalExpiry ?? Infinity));
    if (!best) throw new MintMisbehaves(mint.url, `it has no keys for ${unit}`);
    return best;
  }

  async #listed(mint: Mint): Promise<KeysetFacts[]> {
    const { store } = this.#deps;
    const listed = expectOk(mint.url, await this.clientOf(mint).keysets());
    const ours = listed.filter(({ unit }) => UNITS.includes(unit));
    if (ours.length === 0) throw new WrongUnit(listed[0]?.unit.replace(/\p{C}/gu, ' ') ?? '-');
    const made: KeysetFacts[] = [];
    for (const keyset of ours) {
      const known = store.keyset(keyset.id);
      if (known && known.mint !== mint.id) throw new KeysetOfAnother(mint.url);
      if (!known) this.#assertOwnPath(mint, keyset.id);
      const whole = keysetOf(mint, keyset, known?.keys ?? (await this.#keys(mint, keyset.id)));
      if (!isSame(whole, known) && !keysMakeId(whole)) {
        throw new MintMisbehaves(mint.url, 'keys that do not make the id they go by');
      }
      made.push(whole);
    }
    return made;
  }

  /** Keysets of the oldest kind have a number of 31 bits in NUT-13: two with the same would share their secrets. */
  #assertOwnPath(mint: Mint, id: string): void {
    if (!isOld(id)) return;
    const { store } = this.#deps;
    const path = getKeysetIdInt(id);
    const others = this.all().flatMap((other) => store.keysets(other.id));
    if (others.some((other) => isOld(other.id) && getKeysetIdInt(other.id) === path)) {
      throw new KeysetOfAnother(mint.url);
    }
  }

  async #keys(mint: Mint, id: string): Promise<Keys> {
    const keys = expectOk(mint.url, await this.clientOf(mint).keys(id));
    if (Object.keys(keys).length > MINT.keys) throw new MintMisbehaves(mint.url, 'a keyset with too many keys');
    return keys;
  }
}

/** Its own words for people: cut, and without what can't be seen. */
function said(text: string | null | undefined, most: number): string | null {
  return text?.replace(/\p{C}/gu, ' ').slice(0, most).trim() || null;
}

function keysetOf(mint: Mint, listed: ListedKeyset, keys: Keys): KeysetFacts {
  const { id, unit, active, input_fee_ppk, final_expiry } = listed;
  return { id, mint: mint.id, unit, active, feePpk: input_fee_ppk ?? 0, finalExpiry: final_expiry || null, keys };
}

function isOld(id: string): boolean {
  return id.length !== 66;
}

function isSame(keyset: KeysetFacts, known: Keyset | undefined): boolean {
  return (
    known !== undefined &&
    known.active === keyset.active &&
    known.feePpk === keyset.feePpk &&
    known.finalExpiry === keyset.finalExpiry
  );
}

/** Throws MintUnreachable or MintRefuses. */
export function expectOk<T>(url: string, answer: Answer<T>): T {
  switch (answer.is) {
    case 'ok':
      return answer.value;
    case 'refused':
      throw new MintRefuses(url, answer);
    case 'unknown':
      throw new MintUnreachable(url, new Error(answer.why));
  }
}
