// A Lightning network of one process: invoices, who they are to, and how payments to them end. Several practice mints share one, so
// that one mint pays another.

import { createHash } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { encodeInvoice } from './bolt11.ts';

export type PaymentEnd = 'settled' | 'failed' | 'pending';

export interface Invoice {
  readonly text: string;
  readonly hash: string;
  readonly amountMsat: number;
  paid: boolean;
  /** Called once, when it is paid. */
  readonly onPaid?: () => void;
}

export interface Payment {
  state: PaymentEnd;
  readonly feeMsat: number;
  readonly preimage: string;
}

export class Lightning {
  readonly #deps: { readonly clock: Clock; readonly random: Random };
  readonly #nodeKey: Buffer;
  readonly #invoices = new Map<string, Invoice & { readonly preimage: string }>();
  readonly #payments = new Map<string, Payment>();
  /** How the next payments end, first to last; after them all settle. */
  readonly script: PaymentEnd[] = [];
  feeMsat = 1000;

  constructor(deps: { readonly clock: Clock; readonly random: Random }) {
    this.#deps = deps;
    this.#nodeKey = deps.random.bytes(32);
    this.#nodeKey[0] = 1;
  }

  invoice(amountMsat: number, description: string, onPaid?: () => void): Invoice {
    const { clock, random } = this.#deps;
    const preimage = random.bytes(32);
    const paymentHash = createHash('sha256').update(preimage).digest();
    const at = Math.floor(clock.now() / 1000);
    const text = encodeInvoice({
      amountMsat,
      at,
      expiryS: 3600,
      paymentHash,
      paymentSecret: random.bytes(32),
      nodeKey: this.#nodeKey,
      description,
    });
    const made = {
      text,
      hash: paymentHash.toString('hex'),
      amountMsat,
      paid: false,
      preimage: preimage.toString('hex'),
      ...(onPaid && { onPaid }),
    };
    this.#invoices.set(text, made);
    return made;
  }

  find(text: string): Invoice | undefined {
    return this.#invoices.get(text);
  }

  /** A payment from outside, such as a user's phone. */
  settle(text: string): void {
    const invoice = this.#invoices.get(text);
    if (!invoice || invoice.paid) return;
    invoice.paid = true;
    invoice.onPaid?.();
  }

  /** By a mint, once: the same invoice again answers what became of it. */
  pay(text: string): Payment {
    const before = this.#payments.get(text);
    if (before && before.state !== 'failed') return before;
    const invoice = this.#invoices.get(text);
    const state = this.script.shift() ?? (invoice && !invoice.paid ? 'settled' : 'failed');
    const payment: Payment = { state, feeMsat: this.feeMsat, preimage: invoice?.preimage ?? '' };
    this.#payments.set(text, payment);
    if (state === 'settled') this.settle(text);
    return payment;
  }

  payment(text: string): Payment | undefined {
    return this.#payments.get(text);
  }

  /** What each invoice is proven paid by. */
  preimages(): string[] {
    return [...this.#invoices.values()].map(({ preimage }) => preimage);
  }

  /** Ends one that was pending. */
  resolve(text: string, state: 'settled' | 'failed'): void {
    const payment = this.#payments.get(text);
    if (payment?.state !== 'pending') return;
    payment.state = state;
    if (state === 'settled') this.settle(text);
  }
}
