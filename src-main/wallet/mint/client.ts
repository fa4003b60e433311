// One mint over HTTP (NUT-01 to NUT-09, NUT-23): what was asked, and what became of it. It never rejects for what a mint says or
// leaves out, but with its signal's reason.

import type { z } from 'zod';
import { MINT } from '../bounds.ts';
import { type Answer, ok, unknown } from './answer.ts';
import type { Http } from './http.ts';
import {
  DepositQuote,
  type InputState,
  KeysetList,
  KeysOf,
  type ListedKeyset,
  MintError,
  MintInfo,
  PaymentQuote,
  Restored,
  type Signature,
  Signatures,
  States,
} from './wire.ts';

/** A blinded message (NUT-00). */
export interface BlindedMessage {
  readonly amount: number;
  readonly id: string;
  readonly B_: string;
}

/** A proof as it goes to the mint. */
export interface WireProof {
  readonly amount: number;
  readonly id: string;
  readonly secret: string;
  readonly C: string;
  readonly witness?: string;
}

export interface MintClient {
  info(): Promise<Answer<MintInfo>>;
  keysets(): Promise<Answer<readonly ListedKeyset[]>>;
  /** By amount, of one keyset whether it is active or not. */
  keys(id: string): Promise<Answer<Readonly<Record<string, string>>>>;
  swap(inputs: readonly WireProof[], outputs: readonly BlindedMessage[]): Promise<Answer<readonly Signature[]>>;
  /** For each output its signature, or null where it was never signed. */
  restore(outputs: readonly BlindedMessage[]): Promise<Answer<readonly (Signature | null)[]>>;
  /** In the order of the points. */
  check(ys: readonly string[]): Promise<Answer<readonly InputState[]>>;
  quoteDeposit(amount: number, unit: string): Promise<Answer<DepositQuote>>;
  deposit(quote: string): Promise<Answer<DepositQuote>>;
  issue(quote: string, outputs: readonly BlindedMessage[]): Promise<Answer<readonly Signature[]>>;
  quotePayment(invoice: string, unit: string): Promise<Answer<PaymentQuote>>;
  payment(quote: string): Promise<Answer<PaymentQuote>>;
  pay(quote: string, inputs: readonly WireProof[], change: readonly BlindedMessage[]): Promise<Answer<PaymentQuote>>;
}

export interface MintAddress {
  readonly url: string;
  /** The user typed it, wherever it leads. */
  readonly mayBePrivate: boolean;
}

/** What a mint is asked to do: whether it did has to be found out, so none of it is repeated here. */
const CHANGES: ReadonlySet<string> = new Set(['swap', 'mint/bolt11', 'melt/bolt11']);

/** `heard`: called after each request with whether the mint itself has answered, be it with a refusal. */
export function mintClient(
  http: Http,
  { url, mayBePrivate }: MintAddress,
  signal: AbortSignal,
  heard: (answered: boolean) => void = () => undefined,
): MintClient {
  async function ask<S extends z.ZodType, T>(
    path: string,
    body: unknown,
    shape: S,
    read: (value: z.output<S>) => T | string,
    timeoutMs: number = MINT.answerMs,
  ): Promise<Answer<T>> {
    const text = body === undefined ? {} : { body: JSON.stringify(body) };
    const call = () => http.call(`${url}/v1/${path}`, { ...text, mayBePrivate, timeoutMs }, signal);
    let reply: Awaited<ReturnType<Http['call']>>;
    try {
      // A connection that was kept may have ended meanwhile: what changes nothing is asked once more on a new one.
      reply = await call().catch((error: unknown) => {
        if (CHANGES.has(path) || signal.aborted || (error as Error).name === 'TimeoutError') throw error;
        return call();
      });
    } catch {
      signal.throwIfAborted();
      heard(false);
      return unknown('no answer');
    }
    const { status, json } = reply;
    heard(status < 500 && status !== 429);
    if (status >= 200 && status < 300) {
      const parsed = shape.safeParse(json);
      if (!parsed.success) return unknown('an answer that makes no sense');
      const value = read(parsed.data);
      return typeof value === 'string' ? unknown(value) : ok(value as T);
    }
    // A gateway before the mint may answer in its place, and a redirect is no answer: what the mint did is not known then.
    const error = MintError.safeParse(json);
    if (status < 400 || status >= 500 || status === 408 || status === 429 || !error.success) {
      return unknown(`status ${status}`);
    }
    return { is: 'refused', code: error.data.code, detail: detailOf(error.data.detail) };
  }

  const signed = (outputs: readonly BlindedMessage[]) => (value: { readonly signatures: readonly Signature[] }) =>
    value.signatures.length === outputs.length ? value.signatures : 'another number of signatures';
  const quoted =
    <Q extends { readonly quote: string }>(id: string) =>
    (value: Q) =>
      value.quote === id ? value : 'another quote';

  return {
    info: () => ask('info', undefined, MintInfo, (info) => info),
    keysets: () => ask('keysets', undefined, KeysetList, ({ keysets }) => keysets),
    keys: (id) =>
      ask(
        `keys/${encodeURIComponent(id)}`,
        undefined,
        KeysOf,
        ({ keysets }) => keysets.find((keyset) => keyset.id === id)?.keys ?? 'another keyset',
      ),
    swap: (inputs, outputs) => ask('swap', { inputs, outputs }, Signatures, signed(outputs)),
    restore: (outputs) =>
      ask('restore', { outputs }, Restored, ({ outputs: found, signatures }) => {
        if (found.length !== signatures.length) return 'signatures without outputs';
        const by = new Map(found.map(({ B_ }, n) => [B_, signatures[n]!]));
        return outputs.map(({ B_ }) => by.get(B_) ?? null);
      }),
    check: (Ys) =>
      ask('checkstate', { Ys }, States, ({ states }) => {
        const by = new Map(states.map(({ Y, state }) => [Y, state]));
        const found = Ys.flatMap((Y) => by.get(Y) ?? []);
        return found.length === Ys.length ? found : 'states of other proofs';
      }),
    quoteDeposit: (amount, unit) => ask('mint/quote/bolt11', { amount, unit }, DepositQuote, (quote) => quote),
    deposit: (id) =>
      ask(`mint/quote/bolt11/${encodeURIComponent(id)}`, undefined, DepositQuote, quoted<DepositQuote>(id)),
    issue: (quote, outputs) => ask('mint/bolt11', { quote, outputs }, Signatures, signed(outputs)),
    quotePayment: (request, unit) => ask('melt/quote/bolt11', { request, unit }, PaymentQuote, (quote) => quote),
    payment: (id) =>
      ask(`melt/quote/bolt11/${encodeURIComponent(id)}`, undefined, PaymentQuote, quoted<PaymentQuote>(id)),
    pay: (quote, inputs, outputs) =>
      ask('melt/bolt11', { quote, inputs, outputs }, PaymentQuote, quoted<PaymentQuote>(quote), MINT.paymentMs),
  };
}

function detailOf(detail: unknown): string {
  const text = typeof detail === 'string' ? detail : '';
  return text.replace(/\p{C}/gu, ' ').slice(0, MINT.detail).trim() || 'it gives no reason';
}
