// `hearth wallet …`: ecash in the terminal. Words and tokens are money: they come on standard input and never stand in a command line,
// which every user of the computer can read.

import type { PaymentOffer, WalletOperation } from '../../src-preload/contract/wallet.ts';
import { HearthError } from '../base/errors.ts';
import { jsonText } from '../base/unseen.ts';
import type { SocketClient } from '../faces/socket.ts';
import { EXIT } from './exit.ts';
import { askHidden, askShown, isInteractive, plain, readAll, type Terminal } from './terminal.ts';
import { usage } from './usage.ts';
import { nothing, verb } from './verb.ts';
import { balance, ended, lineOf, mints, printed, reasonText } from './wallet-text.ts';

/** A mint answers a payment when Lightning does, and a restore asks it many times. */
const LONG_MS = 600_000;

const mint = { value: 'URL', about: 'the mint meant; the one that holds most where it is left out' } as const;
const mostFee = { value: 'N', about: 'pays nothing where the fee could be more', read: amountOf } as const;

export const walletVerbs = [
  verb({
    name: 'wallet balance',
    about: 'what is held at each mint, and whether it is what the ledger says',
    node: 'running',
    json: 'whether there is a wallet, each mint with what is held there, what is under way, and what is amiss; amounts are strings.',
    exits: { failed: 'failed, or books and proofs differ' },
    read: nothing,
    run: async ({ json }, { node, terminal }) => balance(await node.request('wallet.get', undefined), json, terminal),
  }),
  verb({
    name: 'wallet mints',
    about: 'your mints: trust, keysets and fees',
    node: 'running',
    json: 'as `wallet balance --json`.',
    read: nothing,
    run: async ({ json }, { node, terminal }) => mints(await node.request('wallet.get', undefined), json, terminal),
  }),
  verb({
    name: 'wallet trust',
    args: 'URL',
    about: 'adds a mint that money may come from',
    flags: {
      anyway: { about: "takes one that can't restore what is lost in a crash" },
      no: { about: 'takes nothing more from it; what is held there stays' },
    },
    node: 'running',
    json: 'as `wallet balance --json`.',
    read: ([url], given) => ({ url: needed(url, 'wallet trust'), ...given }),
    run: async ({ url, anyway, no, json }, { node, terminal }) => {
      const view = no
        ? await node.request('wallet.distrust', { url })
        : await node.request('wallet.trust', { url, anyway });
      return mints(view, json, terminal);
    },
  }),
  verb({
    name: 'wallet pay',
    args: 'TO [AMOUNT]',
    about: 'pays an invoice, or an amount in sat to a Lightning address, after saying what it costs',
    flags: { mint, 'most-fee': mostFee, yes: { about: 'asks nothing' } },
    node: 'running',
    json: 'the movement; amounts are strings.',
    exits: { tryAgain: 'the payment is still on its way, or the mint is away' },
    read: ([to, amount], given) => ({
      to: needed(to, 'wallet pay'),
      amount: amount === undefined ? undefined : amountOf(amount),
      ...given,
    }),
    run: pay,
  }),
  verb({
    name: 'wallet deposit',
    args: 'AMOUNT URL',
    about: 'an invoice of a mint: when it is paid, the amount in sat is yours',
    node: 'running',
    json: 'the movement, with the invoice in `to`; amounts are strings.',
    read: ([amount, url]) => ({
      amount: amountOf(needed(amount, 'wallet deposit')),
      url: needed(url, 'wallet deposit'),
    }),
    run: async ({ amount, url, json }, { node, terminal }) => {
      const made = await node.request('wallet.deposit', { amount, mint: url });
      if (json) return printed(made, terminal);
      terminal.print(made.to ?? '');
      return EXIT.ok;
    },
  }),
  verb({
    name: 'wallet token',
    args: 'AMOUNT',
    about: 'takes an amount in sat out as a token, printed, to be given to its recipient',
    flags: { mint },
    node: 'running',
    json: 'the movement and the token; amounts are strings.',
    exits: { tryAgain: 'the mint is away; the token is made when it is back' },
    read: ([amount], given) => ({ amount: amountOf(needed(amount, 'wallet token')), ...given }),
    run: async ({ amount, mint: url, json }, { node, terminal }) => {
      const made = await node.request('wallet.token', { amount, mint: url });
      if (json) return printed(made, terminal, made.operation);
      if (made.token !== null) await terminal.write(`${made.token}\n`);
      return made.token === null ? ended(made.operation, terminal) : EXIT.ok;
    },
  }),
  verb({
    name: 'wallet receive',
    about: 'redeems a token, which is read from standard input',
    flags: {
      key: { about: 'prints the public key that a token can be locked to for this wallet, and redeems nothing' },
    },
    node: 'running',
    json: 'the movement, or the key; amounts are strings.',
    exits: { tryAgain: 'the mint is away; the token is redeemed when it is back' },
    read: (_, given) => given,
    run: async ({ key, json }, { node, terminal }) => {
      if (key) {
        const { lockKey } = await node.request('wallet.get', undefined);
        const none = 'There is no wallet yet: "hearth wallet words --new" makes one.';
        terminal.print(json ? jsonText({ lockKey }) : (lockKey ?? none));
        return lockKey === null ? EXIT.failed : EXIT.ok;
      }
      const token = await secretFrom('Token', terminal);
      const received = await node.request('wallet.receive', { token }, { timeoutMs: LONG_MS });
      return json ? printed(received, terminal, received) : ended(received, terminal);
    },
  }),
  verb({
    name: 'wallet history',
    about: 'the last movements, newest first',
    flags: { limit: { value: 'N', about: 'so many; 20 where it is left out', read: amountOf } },
    node: 'running',
    json: 'the movements; amounts are strings.',
    read: (_, given) => ({ limit: Math.min(200, given.limit ?? 20) }),
    run: async ({ limit, json }, { node, terminal }) => {
      const { items } = await node.request('wallet.history', { limit });
      if (json) return printed(items, terminal);
      for (const item of items) terminal.print(lineOf(item));
      if (items.length === 0) terminal.print('Nothing has moved yet.');
      return EXIT.ok;
    },
  }),
  verb({
    name: 'wallet restore',
    args: '[URL]',
    about: 'finds everything again that your words have at a mint, or at all of them, and puts the books right',
    node: 'running',
    json: 'a movement for each mint and unit; amounts are strings.',
    read: ([url]) => ({ url }),
    run: restore,
  }),
  verb({
    name: 'wallet drill',
    about: 'proves that your words find everything again at your mints, in a throw-away wallet',
    flags: { words: { about: 'with the 12 words as you have written them down, read from standard input' } },
    node: 'running',
    json: 'what was found at each mint and what is held there; amounts are strings.',
    exits: { failed: 'something would not be found again' },
    read: (_, given) => given,
    run: restoreTest,
  }),
  verb({
    name: 'wallet words',
    about: 'shows the 12 words of your wallet: anyone who has them has the money',
    flags: {
      new: { about: 'makes a wallet, and shows its words' },
      restore: { about: 'makes the wallet of words that are read from standard input' },
    },
    node: 'running',
    json: 'the words.',
    read: (_, given) => given,
    run: words,
  }),
];

function needed(word: string | undefined, name: string): string {
  if (word !== undefined) return word;
  throw usage('Something is missing.', name);
}

function amountOf(text: string): number {
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw usage(`"${text.slice(0, 40)}" is no amount: say a whole number, without a unit.`);
}

/** A line that must not be seen, from a person or a pipe. */
async function secretFrom(what: string, terminal: Terminal): Promise<string> {
  return isInteractive(terminal) ? askHidden(what, terminal) : readAll(terminal);
}

interface PayLine {
  readonly to: string;
  readonly amount: number | undefined;
  readonly mint: string | undefined;
  readonly 'most-fee': number | undefined;
  readonly yes: boolean;
  readonly json: boolean;
}

async function pay(
  line: PayLine,
  { node, terminal }: { readonly node: SocketClient; readonly terminal: Terminal },
): Promise<number> {
  const { to, amount, mint: url, 'most-fee': most, yes, json } = line;
  const offer = await node.request('wallet.offer', { to, amount, mint: url }, { timeoutMs: LONG_MS });
  if (!yes) await agreed(offer, terminal);
  const paid = await node.request('wallet.pay', { offer: offer.id, mostFee: most }, { timeoutMs: LONG_MS });
  return json ? printed(paid, terminal, paid) : ended(paid, terminal);
}

/** Throws where the person does not want it, or there is none to ask. */
async function agreed(
  { amount, unit, reserve, mintFee, to, mint: url }: PaymentOffer,
  terminal: Terminal,
): Promise<void> {
  if (!isInteractive(terminal))
    throw usage('There is no one to ask: say --yes to pay without being asked.', 'wallet pay');
  const whom = to.length > 60 ? `${to.slice(0, 28)}…${to.slice(-12)}` : to;
  const cost = `fee up to ${reserve + mintFee} ${unit}, from ${url}`;
  const answer = await askShown(plain(`Pay ${amount} ${unit} to ${whom}? (${cost}) Type yes`), terminal);
  if (answer.trim().toLowerCase() === 'yes') return;
  throw new HearthError({ code: 'command.not-answered', category: 'cancelled', message: 'Nothing was paid.' });
}

async function restore(
  { url, json }: { readonly url: string | undefined; readonly json: boolean },
  { node, terminal }: { readonly node: SocketClient; readonly terminal: Terminal },
): Promise<number> {
  const all = url === undefined ? (await node.request('wallet.get', undefined)).mints.map((one) => one.url) : [url];
  const done: WalletOperation[] = [];
  for (const one of all) {
    if (!json) terminal.print(plain(`Asking ${one} …`));
    done.push(...(await node.request('wallet.restore', { mint: one }, { timeoutMs: LONG_MS })));
  }
  if (json) return printed(done, terminal);
  for (const operation of done) terminal.print(lineOf(operation));
  return EXIT.ok;
}

async function restoreTest(
  { words: typed, json }: { readonly words: boolean; readonly json: boolean },
  { node, terminal }: { readonly node: SocketClient; readonly terminal: Terminal },
): Promise<number> {
  const given = typed ? await secretFrom('The 12 words', terminal) : undefined;
  const found = await node.request('wallet.restoreTest', given === undefined ? {} : { words: given }, {
    timeoutMs: LONG_MS,
  });
  if (json) printed(found, terminal);
  else for (const { reason } of found.mints) terminal.print(plain(reasonText(reason)));
  return found.ok ? EXIT.ok : EXIT.failed;
}

async function words(
  line: { readonly new: boolean; readonly restore: boolean; readonly json: boolean },
  { node, terminal }: { readonly node: SocketClient; readonly terminal: Terminal },
): Promise<number> {
  if (line.new && line.restore) throw usage('Say --new or --restore, not both.', 'wallet words');
  if (line.restore) {
    await node.request('wallet.make', { words: await secretFrom('The 12 words', terminal) });
    terminal.print(
      line.json ? jsonText({ restored: true }) : 'The wallet is made. Trust its mints, then "hearth wallet restore".',
    );
    return EXIT.ok;
  }
  if (line.new) await node.request('wallet.make', {});
  const { words: held } = await node.request('wallet.words', undefined);
  if (line.json) terminal.print(jsonText({ words: held }));
  else {
    terminal.print('Write these 12 words down, in this order, and show them to no one:');
    await terminal.write(`${held}\n`);
  }
  return EXIT.ok;
}
