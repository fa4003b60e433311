// Takes over what a file of environment variables of an official node says, for its user.

import type { VariablesRead } from '../../../../src-preload/contract/networks/posemesh.ts';
import { HearthError, toReason } from '../../../base/errors.ts';
import { Wallet } from '../wallet/wallet.ts';
import { type ReadVariables, readVariables } from './env.ts';
import { parseEnvFile } from './env-file.ts';
import type { PosemeshPath } from './variables.ts';

export interface ImportDeps {
  /** The wallet of this node, where there is one. */
  readonly wallet: () => Wallet | undefined;
  readonly save: (values: ReadonlyMap<PosemeshPath, unknown>) => Promise<void>;
}

/** Changes nothing. */
export function look({ wallet }: Pick<ImportDeps, 'wallet'>, text: string): VariablesRead {
  return shown(readFile(text), wallet());
}

/** Nothing is set where a value is wrong, or where another wallet would be lost that was not said to be. */
export async function importVariables(
  { wallet, save }: ImportDeps,
  { text, replaceWallet }: { readonly text: string; readonly replaceWallet: boolean },
): Promise<VariablesRead & { done: boolean }> {
  const read = readFile(text);
  const view = shown(read, wallet());
  const loses = view.wallet !== null && view.wallet.replaces !== null && !replaceWallet;
  const done = view.problems.length === 0 && view.settings.length > 0 && !loses;
  if (done) await save(read.values);
  return { ...view, done };
}

function readFile(text: string): ReadVariables {
  try {
    return readVariables(parseEnvFile(text), { complete: false });
  } catch (error) {
    if (!(error instanceof HearthError)) throw error;
    return { values: new Map(), variables: [], problems: [toReason(error)], notes: [] };
  }
}

function shown({ values, variables, problems, notes }: ReadVariables, held: Wallet | undefined): VariablesRead {
  const key = values.get('networks.posemesh.privateKey');
  const fresh = key === undefined ? undefined : Wallet.of(String(key)).address;
  const replaces = held !== undefined && held.address !== fresh ? held.address : null;
  return {
    settings: [...values.keys()],
    variables: [...variables],
    problems: [...problems],
    notes: [...notes],
    wallet: fresh === undefined ? null : { address: fresh, replaces },
  };
}
