// What `hearth wallet …` prints: what is held and what moved, in lines for a person or as JSON.

import type { Reason } from '../../src-preload/contract/define.ts';
import type { WalletOperation, WalletView } from '../../src-preload/contract/wallet.ts';
import { decimalOf } from '../base/micro.ts';
import { isObject } from '../base/object.ts';
import { jsonText } from '../base/unseen.ts';
import { EXIT } from './exit.ts';
import { momentText } from './figures.ts';
import { plain, type Terminal } from './terminal.ts';

export function balance(view: WalletView, json: boolean, terminal: Terminal): number {
  const differs = view.mints.some(({ holdings }) => holdings.some(({ differenceMicro }) => differenceMicro !== 0));
  const code = differs ? EXIT.failed : EXIT.ok;
  if (json) return printed(view, terminal) && code;
  if (!view.exists) {
    terminal.print('There is no wallet yet. "hearth wallet words --new" makes one.');
    return EXIT.ok;
  }
  for (const { url, holdings } of view.mints) {
    for (const { unit, unspent, reserved, sent, differenceMicro } of holdings) {
      const more = [
        ...(reserved > 0 ? [`${reserved} under way`] : []),
        ...(sent > 0 ? [`${sent} given away as tokens that were not redeemed yet`] : []),
        ...(differenceMicro === 0 ? [] : [`the ledger says ${decimalOf(differenceMicro)} ${unit} more than there is`]),
      ];
      terminal.print(plain([`${unspent} ${unit} at ${url}`, ...more].join(', ')));
    }
    if (holdings.length === 0) terminal.print(plain(`nothing at ${url}`));
  }
  for (const operation of view.pending) terminal.print(lineOf(operation));
  for (const { reason } of view.alerts) terminal.print(plain(reasonText(reason)));
  if (view.mints.length === 0) terminal.print('No mint is trusted yet: "hearth wallet trust URL" adds one.');
  return code;
}

export function mints(view: WalletView, json: boolean, terminal: Terminal): number {
  if (json) return printed(view, terminal);
  for (const { url, name, trusted, restores, keysets } of view.mints) {
    const facts = [trusted ? 'trusted' : 'nothing more is taken', restores ? 'can restore' : "can't restore"];
    terminal.print(plain(`${url}${name === null ? '' : ` (${name})`}: ${facts.join(', ')}`));
    for (const { id, unit, active, feePpk } of keysets) {
      terminal.print(
        plain(`  ${id.slice(0, 16)}  ${unit}  ${active ? 'active' : 'retired'}  ${feePpk / 1000} ${unit} a proof`),
      );
    }
  }
  if (view.mints.length === 0) terminal.print('No mint is trusted yet: "hearth wallet trust URL" adds one.');
  return EXIT.ok;
}

export const reasonText = ({ message, action }: Reason) => (action === undefined ? message : `${message} ${action}`);

const DOES: Readonly<Record<WalletOperation['kind'], string>> = {
  receive: 'received',
  send: 'taken out as a token',
  swap: 'renewed at the mint',
  pay: 'paid',
  deposit: 'deposited',
  restore: 'found again',
};

export function lineOf({ id, at, kind, amount, unit, fee, mint: url, state, reason }: WalletOperation): string {
  const cost = fee ? `, fee ${fee} ${unit}` : '';
  const how =
    state === 'done' ? '' : ` - ${state === 'open' ? 'waits' : 'failed'}${reason ? `: ${reason.message}` : ''}`;
  return plain(`${id}  ${momentText(at)}  ${amount} ${unit} ${DOES[kind]}${cost}, ${url}${how}`);
}

/** What became of it, in one line and by the exit code. */
export function ended(operation: WalletOperation, { print }: Terminal): number {
  print(lineOf(operation));
  return codeOf(operation);
}

function codeOf({ state }: WalletOperation): number {
  if (state === 'done') return EXIT.ok;
  return state === 'open' ? EXIT.tryAgain : EXIT.failed;
}

const AMOUNTS = new Set([
  'amount',
  'fee',
  'unspent',
  'reserved',
  'sent',
  'lost',
  'reserve',
  'mintFee',
  'promised',
  'found',
  'held',
  'amountMicro',
  'bookedMicro',
  'differenceMicro',
]);

export function printed(value: unknown, { print }: Terminal, operation?: WalletOperation): number {
  print(jsonText(withTexts(value)));
  return operation ? codeOf(operation) : EXIT.ok;
}

/** Amounts as strings: there are readers of JSON whose numbers are fractions. */
function withTexts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withTexts);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([name, held]) => [
    name,
    AMOUNTS.has(name) && typeof held === 'number' ? String(held) : withTexts(held),
  ]);
  return Object.fromEntries(entries);
}
