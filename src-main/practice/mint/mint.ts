// A practice mint: a real little Cashu mint over HTTP (NUT-01 to 09, 11, 12, 23), in memory, with Lightning played and faults by script.
// Blind signatures are cashu-ts'; all else is its own, so that a mistake of the wallet's can't hide in it.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { type Listening, type ListenOptions, listen, readBody, sendJson } from '../http-server.ts';
import { type Fault, Faults, type MintRoute } from './faults.ts';
import { type Invoice, Lightning } from './lightning.ts';
import {
  MintRefusal,
  MintVault,
  type MintVaultOptions,
  type WireInput,
  type WireOutput,
  type WireSignature,
} from './vault.ts';

export interface PracticeMintOptions extends MintVaultOptions, ListenOptions {
  /** Shared with other mints, so that they can pay each other. */
  readonly lightning?: Lightning;
  /** NUT-09; by default yes. */
  readonly restores?: boolean;
  readonly feeReserve?: number;
  readonly name?: string;
  readonly description?: string;
  /** Its own invoices are paid at once, by no one. */
  readonly paysItself?: boolean;
}

interface DepositQuote {
  readonly quote: string;
  readonly amount: number;
  readonly invoice: Invoice;
  issued: boolean;
}
interface PaymentQuote {
  readonly quote: string;
  readonly amount: number;
  readonly request: string;
  readonly feeReserve: number;
  state: 'UNPAID' | 'PENDING' | 'PAID';
  inputs: readonly WireInput[];
  outputs: readonly WireOutput[];
  change: WireSignature[];
}

const LONGEST_BODY = 1024 * 1024;

export async function startMint(
  deps: { readonly clock: Clock; readonly random: Random },
  options: PracticeMintOptions = {},
): Promise<PracticeMint> {
  const mint = new PracticeMint(deps, options);
  await mint.listen();
  return mint;
}

export class PracticeMint {
  readonly #deps: { readonly clock: Clock; readonly random: Random };
  readonly #options: PracticeMintOptions;
  readonly vault: MintVault;
  readonly lightning: Lightning;
  readonly faults: Faults;
  readonly #deposits = new Map<string, DepositQuote>();
  readonly #payments = new Map<string, PaymentQuote>();
  #listening: Listening | undefined;
  /** What it was asked, in order. */
  readonly asked: string[] = [];

  constructor(deps: { readonly clock: Clock; readonly random: Random }, options: PracticeMintOptions) {
    this.#deps = deps;
    this.#options = options;
    this.vault = new MintVault(deps, options);
    this.lightning = options.lightning ?? new Lightning(deps);
    this.faults = new Faults(deps.clock);
  }

  async listen(): Promise<void> {
    this.#listening = await listen((req, res) => this.#handle(req, res), this.#options);
  }

  get url(): string {
    return this.#listening!.url;
  }

  async stop(): Promise<void> {
    await this.#listening?.stop();
  }

  async #handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const url = new URL(req.url ?? '/', 'http://mint');
    const [route, ...rest] = routeOf(url.pathname);
    const body = req.method === 'POST' ? (JSON.parse((await readBody(req, LONGEST_BODY)).toString()) as Body) : {};
    if (route === undefined) return this.#lightningAddress(url, res);
    this.asked.push(route);
    const fault = await this.faults.take(route);
    if (fault.do === 'drop') return void res.destroy();
    if (fault.do === 'status') return sendJson(res, fault.status, { detail: 'out of order' });
    if (fault.do === 'refuse') return sendJson(res, 400, { code: fault.code, detail: fault.detail ?? 'by script' });
    let answer: { readonly status: number; readonly body: unknown };
    try {
      if (fault.do === 'twice') this.#answer(route, rest[0], body, fault);
      answer = { status: 200, body: this.#answer(route, rest[0], body, fault) };
    } catch (error) {
      if (!(error instanceof MintRefusal)) throw error;
      answer = { status: 400, body: { code: error.code, detail: error.message } };
    }
    if (fault.do === 'drop-after') return void res.destroy();
    if (fault.do === 'status-after') return sendJson(res, fault.status, { detail: 'out of order' });
    if (fault.do === 'garbage') return void res.end('<html>');
    sendJson(res, answer.status, answer.body);
  }

  #methods() {
    return [...new Set(this.vault.keysets.map(({ unit }) => unit))].map((unit) => ({ method: 'bolt11', unit }));
  }

  #answer(route: MintRoute, id: string | undefined, body: Body, fault: Fault): unknown {
    switch (route) {
      case 'info':
        return {
          name: this.#options.name ?? 'Practice mint',
          version: 'Practice/1',
          description: this.#options.description ?? 'Play money, for trying things out.',
          nuts: {
            '4': { methods: this.#methods(), disabled: false },
            '5': { methods: this.#methods(), disabled: false },
            '9': { supported: this.#options.restores ?? true },
          },
        };
      case 'keysets':
        return {
          keysets: this.vault.keysets.map(({ pair, unit, active, feePpk, finalExpiry }) => ({
            id: pair.keysetId,
            unit,
            active,
            input_fee_ppk: feePpk,
            final_expiry: finalExpiry ?? null,
          })),
        };
      case 'keys': {
        const found = this.vault.keysets.filter(({ pair, active }) =>
          id === undefined ? active : pair.keysetId === id,
        );
        if (found.length === 0) throw new MintRefusal(12001, 'keyset not found');
        return {
          keysets: found.map((keyset) => ({
            id: keyset.pair.keysetId,
            unit: keyset.unit,
            keys: this.vault.publicKeys(keyset),
          })),
        };
      }
      case 'swap':
        return { signatures: this.#shown(this.#swap(body), body.outputs ?? [], fault) };
      case 'checkstate': {
        const ys = body.Ys ?? [];
        return { states: this.vault.states(ys).map((state, n) => ({ Y: ys[n], state, witness: null })) };
      }
      case 'restore': {
        if (this.#options.restores === false) throw new MintRefusal(0, 'not supported');
        return this.vault.restore(body.outputs ?? []);
      }
      case 'mint-quote':
        return id === undefined ? this.#newDeposit(body) : depositOf(this.#deposit(id));
      case 'mint':
        return { signatures: this.#shown(this.#issue(body), body.outputs ?? [], fault) };
      case 'melt-quote':
        return id === undefined ? this.#newPayment(body) : paymentOf(this.#followed(this.#payment(id)));
      case 'melt':
        return paymentOf(this.#melt(body));
    }
  }

  #swap({ inputs = [], outputs = [] }: Body): WireSignature[] {
    const worth = this.vault.check(inputs);
    this.vault.assertSignable(outputs);
    if (outputs.reduce((sum, { amount }) => sum + amount, 0) !== worth) throw new MintRefusal(11005, 'not balanced');
    this.vault.mark(inputs, 'SPENT');
    return this.vault.sign(outputs);
  }

  /** As the script has it: what was done stays done, and can be restored. */
  #shown(signatures: WireSignature[], outputs: readonly WireOutput[], fault: Fault): WireSignature[] {
    if (fault.do === 'other-keyset') return signatures.map((one) => ({ ...one, id: `00${'f'.repeat(14)}` }));
    if (fault.do !== 'wrong-signatures') return signatures;
    return outputs.map((output, n) => ({
      ...this.vault.signature(output, output.amount === 1 ? 2 : 1),
      // With the proof of the right key: it fits no more.
      ...(signatures[n]?.dleq && { dleq: signatures[n].dleq }),
    }));
  }

  #newDeposit({ amount = 0, unit }: Body): unknown {
    if (unit !== (this.#options.unit ?? 'sat')) throw new MintRefusal(11013, 'unit not supported');
    const quote = this.#deps.random.id();
    const invoice = this.lightning.invoice(amount * this.#inMsat, 'deposit');
    this.#deposits.set(quote, { quote, amount, invoice, issued: false });
    if (this.#options.paysItself) this.lightning.settle(invoice.text);
    return depositOf(this.#deposit(quote));
  }

  #issue({ quote = '', outputs = [] }: Body): WireSignature[] {
    const deposit = this.#deposit(quote);
    if (!deposit.invoice.paid) throw new MintRefusal(20001, 'quote not paid');
    if (deposit.issued) throw new MintRefusal(20002, 'quote already issued');
    this.vault.assertSignable(outputs);
    if (outputs.reduce((sum, { amount }) => sum + amount, 0) !== deposit.amount) {
      throw new MintRefusal(11005, 'not balanced');
    }
    deposit.issued = true;
    return this.vault.sign(outputs);
  }

  #newPayment({ request = '' }: Body): unknown {
    const invoice = this.lightning.find(request);
    if (!invoice) throw new MintRefusal(20000, 'no such invoice');
    const amount = Math.ceil(invoice.amountMsat / this.#inMsat);
    const quote: PaymentQuote = {
      quote: this.#deps.random.id(),
      amount,
      request,
      feeReserve: this.#options.feeReserve ?? Math.max(2, Math.ceil(amount / 50)),
      state: 'UNPAID',
      inputs: [],
      outputs: [],
      change: [],
    };
    this.#payments.set(quote.quote, quote);
    return paymentOf(quote);
  }

  #melt({ quote: id = '', inputs = [], outputs = [] }: Body): PaymentQuote {
    const quote = this.#followed(this.#payment(id));
    if (quote.state === 'PENDING') throw new MintRefusal(20005, 'quote is pending');
    if (quote.state === 'PAID') throw new MintRefusal(20006, 'invoice already paid');
    const worth = this.vault.check(inputs);
    this.vault.assertSignable(outputs);
    if (worth < quote.amount + quote.feeReserve) throw new MintRefusal(11005, 'not enough inputs');
    this.vault.mark(inputs, 'PENDING');
    Object.assign(quote, { state: 'PENDING', inputs, outputs });
    this.lightning.pay(quote.request);
    this.#followed(quote);
    if (quote.state === 'UNPAID') throw new MintRefusal(20004, 'Lightning payment failed');
    return quote;
  }

  /** As Lightning has it by now. */
  #followed(quote: PaymentQuote): PaymentQuote {
    const payment = quote.state === 'PENDING' ? this.lightning.payment(quote.request) : undefined;
    if (payment?.state === 'settled') {
      const fee = Math.min(quote.feeReserve, Math.ceil(payment.feeMsat / this.#inMsat));
      const rest = this.#worth(quote.inputs) - quote.amount - fee;
      this.vault.mark(quote.inputs, 'SPENT');
      const parts = powersOf(rest).slice(0, quote.outputs.length);
      quote.change = this.vault.sign(parts.map((amount, n) => ({ ...quote.outputs[n]!, amount })));
      quote.state = 'PAID';
    } else if (payment?.state === 'failed') {
      this.vault.mark(quote.inputs, undefined);
      Object.assign(quote, { state: 'UNPAID', inputs: [], outputs: [] });
    }
    return quote;
  }

  #worth(inputs: readonly WireInput[]): number {
    this.vault.mark(inputs, undefined);
    const worth = this.vault.check(inputs);
    this.vault.mark(inputs, 'PENDING');
    return worth;
  }

  get #inMsat(): number {
    return this.#options.unit === 'msat' ? 1 : 1000;
  }

  #deposit(id: string): DepositQuote {
    const found = this.#deposits.get(id);
    if (!found) throw new MintRefusal(20000, 'quote not found');
    return found;
  }

  #payment(id: string): PaymentQuote {
    const found = this.#payments.get(id);
    if (!found) throw new MintRefusal(20000, 'quote not found');
    return found;
  }

  /** It also is the host of Lightning addresses (LUD-16): any name is one. */
  #lightningAddress(url: URL, res: ServerResponse): void {
    if (url.pathname.startsWith('/.well-known/lnurlp/')) {
      const callback = `${this.url}/lnurlp/callback`;
      sendJson(res, 200, { tag: 'payRequest', callback, minSendable: 1000, maxSendable: 1e10, metadata: '[]' });
    } else if (url.pathname === '/lnurlp/callback') {
      const { text } = this.lightning.invoice(Number(url.searchParams.get('amount')), 'address');
      sendJson(res, 200, { pr: text, routes: [] });
    } else {
      sendJson(res, 404, { detail: 'Not Found' });
    }
  }
}

interface Body {
  readonly inputs?: readonly WireInput[];
  readonly outputs?: readonly WireOutput[];
  readonly Ys?: readonly string[];
  readonly amount?: number;
  readonly unit?: string;
  readonly request?: string;
  readonly quote?: string;
}

function routeOf(path: string): [MintRoute | undefined, string?] {
  const [, version, first, second, third, fourth] = path.split('/');
  if (version !== 'v1') return [undefined];
  switch (first) {
    case 'info':
    case 'keysets':
    case 'swap':
    case 'checkstate':
    case 'restore':
      return [first];
    case 'keys':
      return ['keys', second];
    case 'mint':
    case 'melt':
      return second === 'quote' && third === 'bolt11' ? [`${first}-quote`, fourth] : [first];
    default:
      return [undefined];
  }
}

function depositOf({ quote, invoice, amount, issued }: DepositQuote) {
  const state = issued ? 'ISSUED' : invoice.paid ? 'PAID' : 'UNPAID';
  return { quote, request: invoice.text, amount, unit: 'sat', state, expiry: null };
}

function paymentOf({ quote, amount, feeReserve, state, change, request }: PaymentQuote) {
  return {
    quote,
    amount,
    request,
    unit: 'sat',
    fee_reserve: feeReserve,
    state,
    expiry: null,
    change,
    payment_preimage: null,
  };
}

/** Smallest first. */
function powersOf(amount: number): number[] {
  const parts: number[] = [];
  for (let power = 1; power <= amount; power *= 2) if (Math.floor(amount / power) % 2 === 1) parts.push(power);
  return parts;
}
