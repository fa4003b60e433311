// The wallet as the engine has it: loaded when there is one or when it is first asked for, so that a node without pays nothing for it.

import type { Handlers } from '../../src-preload/contract/index.ts';
import type { WalletOperation, WalletView } from '../../src-preload/contract/wallet.ts';
import type { Backups } from '../backup/backups.ts';
import type { Service } from '../base/lifecycle.ts';
import type { NetworkWalletChoice } from '../networks/host.ts';
import type { Vault } from '../secrets/vault.ts';
import { WORDS_SECRET } from '../wallet/held.ts';
import type { Operation } from '../wallet/operation.ts';
import type { Wallet, WalletDeps } from '../wallet/wallet.ts';

export class WalletPart implements Service {
  readonly name = 'wallet';
  readonly #deps: WalletDeps;
  readonly #changed: () => void;
  #wallet: Promise<Wallet> | undefined;

  constructor(deps: WalletDeps, changed: () => void) {
    this.#deps = deps;
    this.#changed = changed;
  }

  /** Whether there is one: found out without loading it. */
  get exists(): boolean {
    return held(this.#deps.vault);
  }

  get(): Promise<Wallet> {
    this.#wallet ??= this.#load();
    return this.#wallet;
  }

  async start(): Promise<void> {
    if (this.exists) await (await this.get()).start();
  }

  async stop(): Promise<void> {
    const wallet = await this.#wallet;
    this.#wallet = undefined;
    await wallet?.stop();
  }

  async #load(): Promise<Wallet> {
    const { Wallet } = await import('../wallet/wallet.ts');
    const wallet = new Wallet(this.#deps);
    wallet.onChange(this.#changed);
    wallet.onProgress(this.#changed);
    wallet.onRate(this.#changed);
    return wallet;
  }
}

/** What a network gets of it. */
export function walletOf(part: Pick<WalletPart, 'get' | 'exists'>, network: string): NetworkWalletChoice {
  return {
    get exists() {
      return part.exists;
    },
    open: async (books) => (await part.get()).open(network, books),
  };
}

function held(vault: Vault): boolean {
  return vault.get(WORDS_SECRET) !== undefined;
}

type WalletHandlers = Pick<Handlers, Extract<keyof Handlers, `wallet.${string}`>>;

export function createWalletHandlers({
  wallet: part,
  backups,
}: {
  readonly wallet: Pick<WalletPart, 'get' | 'exists'>;
  readonly backups: Pick<Backups, 'view' | 'files' | 'walletWords'>;
}) {
  const view = async (): Promise<WalletView> =>
    part.exists ? viewOf(await part.get(), backedUpAt(backups.view().last)) : NO_WALLET;
  const made = async (wallet: Wallet, operation: Operation) => ({
    operation: shown(wallet, operation),
    token: wallet.tokenOf(operation.id) ?? null,
  });
  const one = async (operate: (wallet: Wallet) => Promise<Operation>): Promise<WalletOperation> => {
    const wallet = await part.get();
    return shown(wallet, await operate(wallet));
  };
  return {
    'wallet.get': view,
    'wallet.alerts': async () => (part.exists ? [...(await part.get()).alerts(backedUpAt(backups.view().last))] : []),
    'wallet.make': async ({ words }) => {
      await (await part.get()).make(words);
      return view();
    },
    'wallet.words': async () => ({ words: (await part.get()).words() }),
    'wallet.mint': async ({ url }) => (await part.get()).describe(url),
    'wallet.trust': async ({ url, anyway }) => {
      await (await part.get()).trust(url, { anyway });
      return view();
    },
    'wallet.distrust': async ({ url }) => {
      await (await part.get()).distrust(url);
      return view();
    },
    'wallet.look': async ({ token }) => (await part.get()).look(token),
    'wallet.receive': ({ token }) => one((wallet) => wallet.receive(token)),
    'wallet.deposit': ({ amount, mint, unit }) => one((wallet) => wallet.deposit(amount, mint, unit)),
    'wallet.tokenFee': async ({ amount, ...options }) => (await part.get()).tokenFee(amount, options),
    'wallet.token': async ({ amount, ...options }) => {
      const wallet = await part.get();
      return made(wallet, await wallet.send(amount, options));
    },
    'wallet.tokenOf': async ({ id }) => {
      const wallet = await part.get();
      return made(wallet, wallet.known(id));
    },
    'wallet.offer': async ({ to, ...options }) => (await part.get()).offer(to, options),
    'wallet.pay': ({ offer, mostFee }) => one((wallet) => wallet.pay(offer, { mostFee })),
    'wallet.move': ({ amount, from, to, ...options }) => one((wallet) => wallet.move(amount, from, to, options)),
    'wallet.retry': ({ id }) => one((wallet) => wallet.retry(id)),
    'wallet.check': async ({ mint }) => (await part.get()).check(mint),
    'wallet.restore': async ({ mint }) => {
      const wallet = await part.get();
      return (await wallet.restore(mint)).map((operation) => shown(wallet, operation));
    },
    'wallet.askWords': async () => ({ positions: [...(await part.get()).askWords()] }),
    'wallet.proveWords': async ({ words }) => {
      const wrong = [...(await (await part.get()).proveWords(words))];
      return { right: wrong.length === 0, wrong };
    },
    'wallet.restoreTest': async (asked) => {
      const wallet = await part.get();
      if (!('backup' in asked)) return wallet.restoreTest('words' in asked ? asked.words : undefined);
      return wallet.restoreTest(
        await backups.walletWords(backups.files.whole(asked.backup), asked.passphrase),
        'a backup',
      );
    },
    'wallet.entries': async ({ id }) => [...(await part.get()).entries(id)],
    'wallet.history': async ({ before = Number.MAX_SAFE_INTEGER, limit }) => {
      const wallet = await part.get();
      const items = wallet.operations(before, limit).map((operation) => shown(wallet, operation));
      return { items, next: items.length < limit ? null : (items.at(-1)?.id ?? null) };
    },
  } satisfies WalletHandlers;
}

const NO_WALLET: WalletView = {
  exists: false,
  mints: [],
  pending: [],
  alerts: [],
  payout: { state: 'off', reason: null, nextAt: null },
  rate: null,
  lockKey: null,
  wordsProvenAt: null,
};

function backedUpAt(last: ReturnType<Backups['view']>['last']): number | null {
  return last && Math.max(last.madeAt, last.provenAt ?? 0);
}

function viewOf(wallet: Wallet, savedAt: number | null): WalletView {
  const holdings = wallet.holdings();
  return {
    exists: true,
    alerts: [...wallet.alerts(savedAt)],
    payout: wallet.payout(),
    rate: wallet.rate(),
    lockKey: wallet.lockKey(),
    wordsProvenAt: wallet.wordsProvenAt,
    mints: wallet.mints().map((mint) => ({
      ...mint,
      ...wallet.health(mint),
      keysets: wallet.keysets(mint).map(({ finalExpiry, ...keyset }) => ({
        ...keyset,
        expiresAt: finalExpiry === null ? null : finalExpiry * 1000,
      })),
      holdings: holdings
        .filter((holding) => holding.mint === mint.id)
        .map(({ flow, ...holding }) => ({ ...holding, flow: [...flow] })),
    })),
    pending: wallet.pending().map((operation) => shown(wallet, operation)),
  };
}

/** Without anything that could be spent: an operation has its inputs and outputs in its plan. */
function shown(wallet: Wallet, operation: Operation): WalletOperation {
  const { id, at, kind, unit, state, plan, reason, endedAt } = operation;
  const mint = wallet.mints().find((one) => one.id === operation.mint)?.url ?? '';
  const amount = plan.kind === 'restore' ? plan.found : plan.amount;
  return {
    id,
    at,
    kind,
    mint,
    unit,
    state,
    amount,
    fee: feeOf(operation),
    to: toOf(operation),
    until: plan.kind === 'deposit' && plan.expiry !== null ? plan.expiry * 1000 : null,
    automatic: plan.kind === 'pay' && plan.automatic === true,
    asked: plan.kind === 'restore' ? plan.asked : null,
    reason,
    endedAt,
  };
}

function feeOf({ plan }: Operation): number | null {
  switch (plan.kind) {
    case 'receive':
    case 'send':
    case 'swap':
      return plan.fee;
    case 'pay':
      return plan.paidFee ?? null;
    case 'deposit':
    case 'restore':
      return 0;
  }
}

function toOf({ plan }: Operation): string | null {
  if (plan.kind === 'pay') return plan.to;
  return plan.kind === 'deposit' ? plan.invoice : null;
}
