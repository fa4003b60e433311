// The wallet as the engine has it: loaded when there is one or when it is first asked for, so that a node without pays nothing for it.

import type { Handlers } from '../../src-preload/contract/index.ts';
import type { WalletOperation, WalletView } from '../../src-preload/contract/wallet.ts';
import type { Service } from '../base/lifecycle.ts';
import type { Vault } from '../secrets/vault.ts';
import type { Operation } from '../wallet/operation.ts';
import type { Wallet, WalletDeps } from '../wallet/wallet.ts';

/** Where its words are sealed, see wallet/seed.ts. */
const WORDS = 'wallet.words';

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
    return wallet;
  }
}

function held(vault: Vault): boolean {
  return vault.get(WORDS) !== undefined;
}

type WalletHandlers = Pick<Handlers, Extract<keyof Handlers, `wallet.${string}`>>;

export function createWalletHandlers(part: Pick<WalletPart, 'get' | 'exists'>) {
  const view = async (): Promise<WalletView> =>
    part.exists ? viewOf(await part.get()) : { exists: false, mints: [], pending: [] };
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
    'wallet.make': async ({ words }) => {
      await (await part.get()).make(words);
      return view();
    },
    'wallet.words': async () => ({ words: (await part.get()).words() }),
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
    'wallet.history': async ({ before = Number.MAX_SAFE_INTEGER, limit }) => {
      const wallet = await part.get();
      const items = wallet.operations(before, limit).map((operation) => shown(wallet, operation));
      return { items, next: items.length < limit ? null : (items.at(-1)?.id ?? null) };
    },
  } satisfies WalletHandlers;
}

function viewOf(wallet: Wallet): WalletView {
  const holdings = wallet.holdings();
  return {
    exists: true,
    mints: wallet.mints().map((mint) => ({
      ...mint,
      keysets: wallet.keysets(mint).map(({ finalExpiry, ...keyset }) => ({
        ...keyset,
        expiresAt: finalExpiry === null ? null : finalExpiry * 1000,
      })),
      holdings: holdings.filter((holding) => holding.mint === mint.id),
    })),
    pending: wallet.pending().map((operation) => shown(wallet, operation)),
  };
}

/** Without anything that could be spent: an operation has its inputs and outputs in its plan. */
function shown(wallet: Wallet, operation: Operation): WalletOperation {
  const { id, at, kind, unit, state, plan, reason, endedAt } = operation;
  const mint = wallet.mints().find((one) => one.id === operation.mint)?.url ?? '';
  const amount = plan.kind === 'restore' ? plan.found : plan.amount;
  return { id, at, kind, mint, unit, state, amount, fee: feeOf(operation), to: toOf(operation), reason, endedAt };
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
