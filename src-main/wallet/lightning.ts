// Where money goes by Lightning: invoices (BOLT-11) and Lightning addresses (LUD-16), read and compared before anything is paid.

import { decode } from 'light-bolt11-decoder';
import { z } from 'zod';
import { LIGHTNING_ADDRESS } from '../../src-preload/contract/settings/wallet.ts';
import { BadInvoice, BadLightningAddress, OtherAmount } from './errors.ts';
import type { Http } from './mint/http.ts';
import { msatIn, satIn } from './units.ts';

export interface Invoice {
  readonly text: string;
  readonly amountMsat: number;
  /** Epoch seconds. */
  readonly expiresAt: number;
  /** What is paid for and paid once, in hex. */
  readonly paymentHash: string;
  readonly description: string;
}

const LONGEST_INVOICE = 4096;
const USUAL_EXPIRY_S = 3600;

export const isInvoice = (text: string): boolean => /^(?:lightning:)?ln(?:bc|tb|bcrt|sb)/i.test(text.trim());

/** Throws BadInvoice: no invoice, none with an amount, or one that has expired. `nowS`: epoch seconds. */
export function readInvoice(given: string, nowS: number): Invoice {
  const text = given
    .trim()
    .replace(/^lightning:/i, '')
    .toLowerCase();
  let invoice: Invoice;
  try {
    if (text.length > LONGEST_INVOICE) throw new RangeError('too long');
    const { sections } = decode(text);
    const value = (name: string) => {
      const section = sections.find((one) => one.name === name);
      const found: unknown = section && 'value' in section ? section.value : undefined;
      return typeof found === 'string' || typeof found === 'number' ? found : undefined;
    };
    const made = Number(value('timestamp'));
    invoice = {
      text,
      amountMsat: Number(value('amount')),
      expiresAt: made + Number(value('expiry') ?? USUAL_EXPIRY_S),
      paymentHash: String(value('payment_hash')),
      description: String(value('description') ?? '')
        .replace(/\p{C}/gu, ' ')
        .slice(0, 200),
    };
  } catch (error) {
    throw new BadInvoice(error);
  }
  const { amountMsat, expiresAt, paymentHash } = invoice;
  const sound = Number.isSafeInteger(amountMsat) && amountMsat > 0 && /^[0-9a-f]{64}$/.test(paymentHash);
  if (!sound || !(expiresAt > nowS)) throw new BadInvoice();
  return invoice;
}

/** What a mint has to charge for it in its unit: whole sats, rounded up. */
export function amountIn(unit: string, { amountMsat }: Pick<Invoice, 'amountMsat'>): number {
  return Math.ceil(amountMsat / msatIn(unit));
}

const PayService = z.object({
  tag: z.literal('payRequest'),
  callback: z.string().max(2048),
  minSendable: z.number().int().positive(),
  maxSendable: z.number().int().positive(),
});
const Paid = z.object({ pr: z.string().max(LONGEST_INVOICE) });

/**
 * An invoice of a Lightning address for exactly that amount (LUD-06, LUD-16). The address was typed by the user, and may stand in a
 * private network; where its answer leads, may only if it is the same place. Throws BadLightningAddress, OtherAmount, BadInvoice.
 */
export async function invoiceOf(
  { http, nowS }: { readonly http: Http; readonly nowS: number },
  address: string,
  amountMsat: number,
  signal: AbortSignal,
): Promise<Invoice> {
  const [, name, host] = LIGHTNING_ADDRESS.exec(address.trim().toLowerCase()) ?? [];
  if (name === undefined || host === undefined) throw new BadLightningAddress('it is not of the form name@host');
  const isLocal = /^(?:localhost|127\.\d+\.\d+\.\d+)(?::\d+)?$/.test(host) || host.split(':')[0]!.endsWith('.onion');
  const origin = `${isLocal ? 'http' : 'https'}://${host}`;
  const service = await said(http, `${origin}/.well-known/lnurlp/${name}`, PayService, true, signal);
  if (amountMsat < service.minSendable || amountMsat > service.maxSendable) {
    throw new BadLightningAddress(
      `it takes ${Math.ceil(satIn('msat', service.minSendable))} to ${Math.floor(satIn('msat', service.maxSendable))} sat`,
    );
  }
  const callback = urlOf(service.callback);
  const samePlace = callback.origin === origin;
  if (!samePlace && callback.protocol !== 'https:') throw new BadLightningAddress('its answer leads elsewhere');
  callback.searchParams.set('amount', String(amountMsat));
  const { pr } = await said(http, callback.href, Paid, samePlace, signal);
  const invoice = readInvoice(pr, nowS);
  if (invoice.amountMsat !== amountMsat) throw new OtherAmount(amountMsat, invoice.amountMsat);
  return invoice;
}

async function said<S extends z.ZodType>(
  http: Http,
  url: string,
  shape: S,
  mayBePrivate: boolean,
  signal: AbortSignal,
): Promise<z.output<S>> {
  let reply: Awaited<ReturnType<Http['call']>>;
  try {
    reply = await http.call(url, { mayBePrivate }, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw new BadLightningAddress('it does not answer', error);
  }
  const parsed = shape.safeParse(reply.json);
  if (reply.status !== 200 || !parsed.success) throw new BadLightningAddress('it does not answer as one does');
  return parsed.data;
}

function urlOf(text: string): URL {
  try {
    return new URL(text);
  } catch (error) {
    throw new BadLightningAddress('it does not answer as one does', error);
  }
}
